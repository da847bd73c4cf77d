"""Putting the parts of one process together: keys, store, pages and API."""

from dataclasses import dataclass

from starlette.types import ASGIApp

from lamis.app.health import build_health
from lamis.base.secrets import load_keys
from lamis.base.settings import Settings
from lamis.schema.migrate import migrate
from lamis.storage.engine import Database
from lamis.storage.lock import ServingLock
from lamis.storage.runtime import Runtime

DATABASE_FILE = "lamis.db"


@dataclass(frozen=True, slots=True)
class App:
    """One serving process, ready to listen. `asgi` answers."""

    runtime: Runtime
    asgi: ASGIApp
    lock: ServingLock


def open_store(settings: Settings) -> Runtime:
    """Keys and the migrated database, without workers: all that the command line needs.

    Works beside a serving process. Raises Invalid or Unavailable with a sentence.
    """
    keys = load_keys(settings)
    database = Database(settings.data_dir / DATABASE_FILE)
    migrate(database)
    return Runtime(settings=settings, database=database, keys=keys)


def compose(settings: Settings) -> App:
    """Make the application. Raises Conflict when another process serves the same data folder."""
    keys = load_keys(settings)
    lock = ServingLock(settings.data_dir)
    runtime = Runtime(settings=settings, database=Database(settings.data_dir / DATABASE_FILE), keys=keys)
    migrate(runtime.database)
    asgi = build_health(runtime)
    return App(runtime=runtime, asgi=asgi, lock=lock)
