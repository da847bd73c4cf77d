"""Putting the parts of one process together: keys, store, workers, pages and API."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from starlette.types import ASGIApp

from lamis.api.app import build_api
from lamis.app.attended import Attended
from lamis.app.dispatch import Dispatch
from lamis.app.health import build_health
from lamis.app.packing import Packing
from lamis.app.parts import Part
from lamis.app.store import open_store
from lamis.base.errors import Invalid
from lamis.base.scope import SYSTEM
from lamis.base.secrets import load_keys
from lamis.base.settings import Settings
from lamis.connections.actions import ask_refresh
from lamis.live.app import build_live
from lamis.storage.lock import ServingLock
from lamis.storage.runtime import Runtime
from lamis.storage.serving import DatabaseLock
from lamis.web.app import build_web
from lamis.workers.embedded import Embedded

LONGEST_READ = timedelta(seconds=30)


class Duty(StrEnum):
    """What a process is for: everything, or one of the three that scale out."""

    UP = "up"
    WEB = "web"
    WORKER = "worker"
    SCHEDULER = "scheduler"

    @property
    def serves(self) -> bool:
        return self in {Duty.UP, Duty.WEB}

    @property
    def works(self) -> bool:
        return self in {Duty.UP, Duty.WORKER}

    @property
    def schedules(self) -> bool:
        return self in {Duty.UP, Duty.SCHEDULER}


@dataclass(frozen=True, slots=True)
class App:
    """One process, ready to listen. `asgi` answers; the parts are not started yet."""

    runtime: Runtime
    asgi: ASGIApp
    parts: tuple[Part, ...]
    lock: ServingLock | DatabaseLock


def compose(settings: Settings, duty: Duty = Duty.UP) -> App:
    """Make a process.

    Raises Invalid for a duty that the settings do not allow, Conflict when another process serves the same
    store where only one may, Unavailable where the database cannot be used.
    """
    if settings.redis_url is not None:
        return _one_of_many(settings, duty)
    if duty is not Duty.UP:
        raise Invalid(
            f"`lamis {duty}` needs PostgreSQL and Redis (LAMIS_DATABASE_URL, LAMIS_REDIS_URL); without them "
            "one process does everything: lamis up.",
            field="LAMIS_REDIS_URL",
        )
    load_keys(settings)  # makes the data folder, where a lock lies
    lock = ServingLock(settings.data_dir) if settings.database_url is None else None
    runtime = open_store(settings)
    workers = Embedded(runtime)
    runtime = replace(runtime, alarm=workers.alarm)
    asgi = _doors(runtime)
    if lock is not None:
        return App(runtime=runtime, asgi=asgi, parts=(workers,), lock=lock)
    alone = DatabaseLock(runtime.database, is_alone=True)
    return App(runtime=runtime, asgi=asgi, parts=(workers, alone), lock=alone)


def _one_of_many(settings: Settings, duty: Duty) -> App:
    from lamis.app.joining import join  # Redis's client: a tenth of a second that others do not pay

    runtime = open_store(settings)
    lock = DatabaseLock(runtime.database, is_alone=False)
    joined = join(runtime, works=duty.works, schedules=duty.schedules, refresh=_refresh_everything)
    asgi = _doors(joined.runtime) if duty.serves else build_health(joined.runtime)
    return App(runtime=joined.runtime, asgi=asgi, parts=(*joined.parts, lock), lock=lock)


def _refresh_everything(runtime: Runtime) -> None:
    """What the first version's message asks for: every source is due now."""
    with runtime.database.write() as session:
        ask_refresh(session, SYSTEM)
    runtime.alarm("collect")


def _doors(runtime: Runtime) -> ASGIApp:
    doors = replace(runtime, database=runtime.database.limited(LONGEST_READ))
    parts = Dispatch(
        health=build_health(doors), api=build_api(doors), web=build_web(doors), live=build_live(doors)
    )
    return Attended(Packing(parts), runtime.database.precedence)
