"""The store without a serving process around it, as the command line needs it."""

from pathlib import Path

from lamis.base.secrets import load_keys
from lamis.base.settings import Settings
from lamis.schema.migrate import migrate
from lamis.storage.engine import Database
from lamis.storage.postgres import Postgres
from lamis.storage.runtime import Runtime


def database_path(settings: Settings) -> Path:
    """Where the SQLite file of an installation lies."""
    return settings.data_dir / "lamis.db"


def open_database(settings: Settings) -> Database:
    """The database that the settings name, as it is.

    Raises Invalid for a wrong URL, Unavailable for a server that cannot be used.
    """
    if settings.database_url is None:
        return Database(database_path(settings))
    server = Postgres(settings.database_url)
    server.check()
    return Database(server)


def open_owned(settings: Settings) -> Database | None:
    """The same database as the role that owns its tables; None where no other role does."""
    if settings.database_owner_url is None:
        return None
    server = Postgres(settings.database_owner_url, setting="LAMIS_DATABASE_OWNER_URL")
    server.check()
    return Database(server)


def migrated(settings: Settings, *, again: bool = False) -> Database:
    """The database with the tables of this version; `again` also secures what is there already.

    Raises Invalid or Unavailable with a sentence.
    """
    database = open_database(settings)
    migrate(database, owned=lambda: open_owned(settings), again=again)
    return database


def open_store(settings: Settings, *, again: bool = False) -> Runtime:
    """Keys and the migrated database, without workers. Works beside a serving process.

    Raises Invalid or Unavailable with a sentence.
    """
    keys = load_keys(settings)
    return Runtime(settings=settings, database=migrated(settings, again=again), keys=keys)
