"""The bell between processes, over a real Redis."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from lamis.storage.bus import Bell, Bus, tell
from lamis.storage.engine import Database
from lamis.storage.redis_bus import CONTROL, REFRESH, RedisBus, listeners
from lamis.storage.redis_link import RedisLink
from tests.engines.redis import RedisServer
from tests.engines.waiting import PATIENCE_S, wait_until

pytestmark = pytest.mark.engine


class Process:
    """What one process has: a bus, and the way to the others."""

    def __init__(self, url: str, *, bus: Bus | None = None, mark: str = "one") -> None:
        self.bus = bus or Bus()
        self.link = RedisLink(url, mark=mark)
        self.heard: list[Bell] = []
        self.refreshes: list[str] = []
        self.bus.listen(self.heard.append)
        self.carrier = RedisBus(self.link, self.bus, refresh=lambda: self.refreshes.append("asked"))

    def listens(self, others: int) -> bool:
        """Whether so many processes of the installation listen, and all that they missed was told."""
        return listeners(self.link) == others and len(self.heard) >= 2


@contextmanager
def running(url: str, *, mark: str = "one", bus: Bus | None = None) -> Iterator[Process]:
    found = Process(url, mark=mark, bus=bus)
    found.carrier.start()
    yield found
    assert found.carrier.stop()
    found.link.close()


@pytest.fixture
def process(redis_server: RedisServer) -> Iterator[Callable[..., Process]]:
    with ExitStack() as stack:
        yield lambda **more: stack.enter_context(running(redis_server.url, **more))


def until(what: Callable[[], object], described: str) -> None:
    wait_until(lambda: what() or None, what=described)


def test_a_commit_of_one_process_wakes_the_others_and_itself_once(
    process: Callable[..., Process], database: Database
) -> None:
    one, other = process(bus=database.bus), process()
    until(lambda: one.listens(2) and other.listens(2), "both listen")
    one.heard.clear()
    other.heard.clear()
    with database.ingest() as session:
        tell(session)
    with database.write() as session:
        tell(session)
    until(lambda: other.heard == [Bell.STORED, Bell.WRITTEN], "the other hears both")
    assert one.heard == [Bell.STORED, Bell.WRITTEN]


def test_installations_that_share_a_redis_do_not_hear_each_other(process: Callable[..., Process]) -> None:
    one, same, foreign = process(), process(), process(mark="two")
    until(lambda: one.listens(2) and same.listens(2) and foreign.listens(1), "all listen")
    foreign.heard.clear()
    same.heard.clear()
    one.carrier._carry(Bell.STORED)
    until(lambda: same.heard, "its own installation hears")
    assert foreign.heard == []


def test_the_first_version_s_message_refreshes(process: Callable[..., Process]) -> None:
    one = process()
    until(lambda: one.listens(1), "it listens")
    one.link.client.publish(CONTROL, "anything else")
    one.link.client.publish(CONTROL, REFRESH)
    until(lambda: one.refreshes, "it refreshes")
    assert one.refreshes == ["asked"]


def test_while_redis_is_away_the_journal_is_looked_at_and_then_all_is_heard_again(
    redis_server: RedisServer, process: Callable[..., Process]
) -> None:
    one, other = process(), process()
    until(lambda: one.listens(2) and other.listens(2), "both listen")
    redis_server.stop()
    until(lambda: one.link.problem and other.link.problem, "both notice")
    other.heard.clear()
    until(lambda: other.heard.count(Bell.STORED) >= 2, "it looks by itself")
    redis_server.start()
    until(lambda: not one.link.problem and not other.link.problem, "both are back")
    until(lambda: one.listens(2), "both listen again")
    until(lambda: Bell.WRITTEN in other.heard, "what was missed is looked at")
    other.heard.clear()
    one.carrier._carry(Bell.WRITTEN)
    until(lambda: Bell.WRITTEN in other.heard, "bells are carried again")


def test_a_line_that_goes_silent_is_noticed(
    redis_server: RedisServer, process: Callable[..., Process]
) -> None:
    one = process()
    until(lambda: one.listens(1), "it listens")
    redis_server.hang(is_hung=True)
    until(lambda: one.link.problem, "it notices")
    redis_server.hang(is_hung=False)
    until(lambda: not one.link.problem, "it comes back")


def test_a_redis_that_was_away_at_the_start_is_found_later(redis_server: RedisServer) -> None:
    redis_server.stop()
    with running(redis_server.url) as one:
        assert one.link.problem is not None
        redis_server.start()
        until(lambda: one.listens(1) and not one.link.problem, "it listens")


def test_whoever_commits_never_waits_for_redis(
    redis_server: RedisServer, process: Callable[..., Process], database: Database
) -> None:
    one = process(bus=database.bus)
    until(lambda: one.listens(1), "it listens")
    redis_server.hang(is_hung=True)
    done = threading.Event()

    def commit() -> None:
        for _ in range(50):
            with database.ingest() as session:
                tell(session)
        done.set()

    threading.Thread(target=commit, daemon=True).start()
    assert done.wait(PATIENCE_S)
    redis_server.hang(is_hung=False)
