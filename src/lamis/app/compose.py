"""Putting the parts of one process together: keys, store, workers, pages and API."""

from dataclasses import dataclass, replace
from datetime import timedelta

from starlette.types import ASGIApp

from lamis.api.app import build_api
from lamis.app.dispatch import Dispatch
from lamis.app.health import build_health
from lamis.app.store import database_path
from lamis.base.secrets import load_keys
from lamis.base.settings import Settings
from lamis.live.app import build_live
from lamis.schema.migrate import migrate
from lamis.storage.engine import Database
from lamis.storage.lock import ServingLock
from lamis.storage.runtime import Runtime
from lamis.web.app import build_web
from lamis.workers.embedded import Embedded

LONGEST_READ = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class App:
    """One serving process, ready to listen. `asgi` answers; `workers` are not started yet."""

    runtime: Runtime
    asgi: ASGIApp
    workers: Embedded
    lock: ServingLock


def compose(settings: Settings) -> App:
    """Make the application. Raises Conflict when another process serves the same data folder."""
    keys = load_keys(settings)
    lock = ServingLock(settings.data_dir)
    runtime = Runtime(settings=settings, database=Database(database_path(settings)), keys=keys)
    migrate(runtime.database)
    workers = Embedded(runtime)
    runtime = replace(runtime, alarm=workers.alarm)
    doors = replace(runtime, database=runtime.database.limited(LONGEST_READ))
    asgi = Dispatch(
        health=build_health(doors), api=build_api(doors), web=build_web(doors), live=build_live(doors)
    )
    return App(runtime=runtime, asgi=asgi, workers=workers, lock=lock)
