"""What a process of several gets."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from lamis.app.joining import Joined, join
from lamis.app.parts import stop_all
from lamis.storage.redis_one_time import RedisOneTime
from lamis.storage.runtime import Runtime
from lamis.workers.pools import Pools
from lamis.workers.scheduling import Scheduling
from tests.engines.redis import RedisServer
from tests.engines.waiting import wait_until

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.fixture
def joined(runtime: Runtime, redis_server: RedisServer) -> Iterator[Callable[..., Joined]]:
    settings = runtime.settings.model_copy(update={"redis_url": redis_server.url, "collect_threads": 2})
    with ExitStack() as stack:

        def make(**duties: object) -> Joined:
            found = join(replace(runtime, settings=settings), **{"refresh": lambda _runtime: None} | duties)
            for part in found.parts:
                part.start()
            stack.callback(stop_all, found.parts)
            return found

        yield make


def test_a_process_that_only_serves_has_no_workers_but_all_signals(joined: Callable[..., Joined]) -> None:
    found = joined(works=False, schedules=False)
    assert not any(isinstance(part, Pools | Scheduling) for part in found.parts)
    assert isinstance(found.runtime.one_time, RedisOneTime)
    assert found.runtime.redis_problem is None


def test_processes_share_the_installations_mark(joined: Callable[..., Joined]) -> None:
    one, other = joined(works=False, schedules=False), joined(works=True, schedules=False)
    assert one.runtime.redis is not None
    assert other.runtime.redis is not None
    assert one.runtime.redis.prefix == other.runtime.redis.prefix
    assert len(one.runtime.redis.prefix) > len("lamis::")


def test_the_first_versions_message_reaches_the_clock_once(joined: Callable[..., Joined]) -> None:
    asked: list[Runtime] = []
    found = [joined(works=False, schedules=True, refresh=asked.append) for _ in range(2)]
    clocks = [part for each in found for part in each.parts if isinstance(part, Scheduling)]
    wait_until(lambda: any(clock.is_acting for clock in clocks), what="a clock")
    link = found[0].runtime.redis
    assert link is not None

    def listen() -> bool:
        return link.client.publish("lamis:control", "something else") == len(found)

    wait_until(listen, what="both listening")
    link.client.publish("lamis:control", "REFRESH_DATA")
    wait_until(lambda: asked, what="the refresh")
    assert len(asked) == 1
    assert asked[0].redis is not None
