"""The store without a serving process around it, as the command line needs it."""

from pathlib import Path

from lamis.base.secrets import load_keys
from lamis.base.settings import Settings
from lamis.schema.migrate import migrate
from lamis.storage.engine import Database
from lamis.storage.runtime import Runtime


def database_path(settings: Settings) -> Path:
    """Where the SQLite file of an installation lies."""
    return settings.data_dir / "lamis.db"


def open_store(settings: Settings) -> Runtime:
    """Keys and the migrated database, without workers. Works beside a serving process.

    Raises Invalid or Unavailable with a sentence.
    """
    keys = load_keys(settings)
    database = Database(database_path(settings))
    migrate(database)
    return Runtime(settings=settings, database=database, keys=keys)
