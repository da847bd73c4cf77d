"""A migrated store for a test, copied from one made once per run."""

import shutil
from pathlib import Path

from lamis.schema.migrate import migrate
from lamis.storage.engine import Database


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
