"""Joining an installation of several processes: Redis for its signals, and a share of its work."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from lamis.app.parts import Part
from lamis.storage.database_clock import DatabaseClock
from lamis.storage.redis_bus import RedisBus
from lamis.storage.redis_link import RedisLink
from lamis.storage.redis_one_time import RedisOneTime
from lamis.storage.runtime import Runtime
from lamis.storage.state import installation_mark
from lamis.workers.alarms import RedisAlarm
from lamis.workers.brokers import in_redis
from lamis.workers.celery_app import make_app
from lamis.workers.pools import Pools
from lamis.workers.scheduling import Scheduling


@dataclass(frozen=True, slots=True)
class Joined:
    """The runtime with everything that Redis gives, and the parts to start, in this order."""

    runtime: Runtime
    parts: tuple[Part, ...]


def join(runtime: Runtime, *, works: bool, schedules: bool, refresh: Callable[[Runtime], None]) -> Joined:
    """Make the parts of a process that works, schedules, or only serves.

    `refresh` is called in the one process that is the clock when the first version's message comes.
    Raises Invalid for a wrong LAMIS_REDIS_URL; a Redis that is away is no error.
    """
    assert runtime.settings.redis_url is not None
    with runtime.database.write() as session:
        mark = installation_mark(session)
    link = RedisLink(runtime.settings.redis_url, mark=mark)
    broker = in_redis(link)
    runtime = replace(runtime, redis=link, one_time=RedisOneTime(link, runtime.keys.vault))
    parts: list[Part] = []
    clock = DatabaseClock(runtime.database)
    if works:
        pools = Pools(runtime, broker, is_alone=False, clock=clock)
        app, runtime = pools.apps["act"], replace(runtime, alarm=pools.alarm)
        parts.append(pools)
    else:
        app = make_app("sender", {}, broker=broker)
        runtime = replace(runtime, alarm=RedisAlarm(link, app))
    asked = None
    if schedules:
        scheduling = Scheduling(runtime, app, refresh=lambda: refresh(runtime), clock=clock)
        asked = scheduling.refresh
        parts.append(scheduling)
    bus = RedisBus(link, runtime.database.bus, refresh=asked)
    return Joined(runtime, (bus, *parts))
