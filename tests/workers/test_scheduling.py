"""Of several schedulers one is the clock, and another takes over."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from lamis.base.clock import utc_now
from lamis.storage import leases
from lamis.storage.engine import Database
from lamis.storage.redis_link import RedisLink
from lamis.workers.brokers import in_memory, in_redis
from lamis.workers.celery_app import ACT, COLLECT, make_app, send
from lamis.workers.scheduling import LASTS_MS, MOST_WAITING, Scheduling, keep_short
from tests.engines.node import free_port
from tests.engines.redis import RedisServer
from tests.engines.waiting import wait_until
from tests.web.site import make_runtime


@contextmanager
def scheduling(database: Database, refreshed: list[str] | None = None) -> Iterator[Scheduling]:
    found = Scheduling(
        make_runtime(database),
        make_app("clock", {}, broker=in_memory()),
        refresh=lambda: (refreshed if refreshed is not None else []).append("asked"),
    )
    found.start()
    yield found
    assert found.stop()


@pytest.fixture
def scheduler(database: Database) -> Iterator[Callable[..., Scheduling]]:
    with ExitStack() as stack:
        yield lambda **more: stack.enter_context(scheduling(database, **more))


def acting(*found: Scheduling) -> int:
    return sum(each.is_acting for each in found)


@pytest.mark.slow
def test_of_two_schedulers_one_acts_and_the_other_takes_over_at_its_end(database: Database) -> None:
    with scheduling(database) as first:
        wait_until(lambda: first.is_acting, what="the first acting")
        with scheduling(database) as second:
            assert first.stop()
            wait_until(lambda: second.is_acting, what="the second taking over")
            assert not first.is_acting


@pytest.mark.slow
def test_a_lease_of_a_process_that_was_killed_runs_out(
    database: Database, scheduler: Callable[..., Scheduling]
) -> None:
    killed = utc_now() - timedelta(milliseconds=LASTS_MS - 500)
    with database.write() as session:
        assert leases.take(session, leases.SCHEDULER, holder="killed", lasts_ms=LASTS_MS, now=killed)
    found = scheduler()
    wait_until(lambda: found.is_acting, what="it taking over")


@pytest.mark.slow
def test_of_many_who_start_at_once_one_acts(
    database: Database, tmp_path: Path, scheduler: Callable[..., Scheduling]
) -> None:
    found = [scheduler() for _ in range(4)]
    wait_until(lambda: acting(*found) == 1, what="one acting")
    with database.read() as session:
        assert leases.is_held(session, leases.SCHEDULER, now=utc_now())


@pytest.mark.slow
def test_the_first_versions_message_is_followed_by_the_one_that_acts(
    scheduler: Callable[..., Scheduling],
) -> None:
    refreshed: list[str] = []
    found = [scheduler(refreshed=refreshed) for _ in range(3)]
    wait_until(lambda: acting(*found) == 1, what="one acting")
    for each in found:
        each.refresh()
    assert refreshed == ["asked"]


def test_a_refresh_that_fails_ends_nothing(database: Database, capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise ValueError

    found = Scheduling(make_runtime(database), make_app("clock", {}, broker=in_memory()), refresh=fail)
    found.start()
    wait_until(lambda: found.is_acting, what="it acting")
    found.refresh()
    assert "refresh by message failed" in "".join(capfd.readouterr())
    assert found.stop()


@pytest.mark.engine
def test_messages_that_nobody_takes_do_not_fill_redis(redis_server: RedisServer) -> None:
    link = RedisLink(redis_server.url, mark="m")
    app = make_app("sender", {}, broker=in_redis(link))
    for _ in range(MOST_WAITING + 20):
        send(app, COLLECT)
    send(app, ACT)
    assert link.client.llen("lamis:m:collect") == MOST_WAITING + 20
    keep_short(link)
    assert link.client.llen("lamis:m:collect") == MOST_WAITING
    assert link.client.llen("lamis:m:act") == 1
    app.close()
    link.close()


def test_keeping_short_says_when_redis_is_away() -> None:
    link = RedisLink(f"redis://127.0.0.1:{free_port()}/0", mark="m")
    keep_short(link)
    assert link.problem is not None
    keep_short(link)
    link.close()
