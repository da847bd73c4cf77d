"""A migrated store for a test, copied from one made once per run."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from lamis.schema.migrate import migrate
from lamis.storage.engine import Database
from lamis.storage.runtime import Runtime


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
    return Database(path)


def of_doors(runtime: Runtime) -> Runtime:
    """The runtime as doors are given it: on PostgreSQL its sessions see no rows but their caller's."""
    return replace(runtime, database=runtime.database.limited(timedelta(seconds=30)))
