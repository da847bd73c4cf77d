"""A migrated store for a test, copied from one made once per run."""

import shutil
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Dialect, event
from sqlalchemy.util import LRUCache

from lamis.schema.migrate import migrate
from lamis.storage.engine import Database
from lamis.storage.runtime import Runtime

# What a statement compiles to is asked once per process, not once per test: it hangs on nothing but
# itself and the dialect.
_DIALECTS: dict[str, Dialect] = {}
_COMPILED = LRUCache(4000)


def make_template(path: Path) -> Path:
    """A migrated, closed SQLite file."""
    database = Database(path)
    migrate(database)
    database.close()
    return path


def copy_of(template: Path, folder: Path) -> Database:
    """A store of one's own, as `template` has it."""
    path = folder / "lamis.db"
    shutil.copyfile(template, path)
    found = Database(path)
    for engine in found.engines:
        event.listen(engine, "connect", _never_sync)
    return compiling_once(found)


def _never_sync(connection: sqlite3.Connection, _record: object) -> None:
    """Spare the disk: no test's store outlives a power cut."""
    connection.execute("PRAGMA synchronous=OFF")


def compiling_once(database: Database) -> Database:
    """The store, whose engines share their compiled statements with those of other tests."""
    if database.dialect not in _DIALECTS:
        with database.reader.connect():  # only a dialect that met its server knows what it can do
            _DIALECTS[database.dialect] = database.reader.dialect
    for engine in database.engines:
        engine.dialect = _DIALECTS[database.dialect]
        engine.update_execution_options(compiled_cache=_COMPILED)
    return database


def of_doors(runtime: Runtime) -> Runtime:
    """The runtime as doors are given it: on PostgreSQL its sessions see no rows but their caller's."""
    return replace(runtime, database=runtime.database.limited(timedelta(seconds=30)))
