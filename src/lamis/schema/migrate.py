"""Bringing a database to the tables this version needs.

Alembic is a fifth of what a start would import, so it is only loaded where there is something to do.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

import lamis.storage
from lamis.base.errors import Unavailable
from lamis.schema.tables import METADATA
from lamis.storage.engine import Database

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(lamis.storage.__file__).parent / "migrations"


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    config.attributes["metadata"] = METADATA
    return config


@cache
def _revisions() -> tuple[str, ...]:
    """The revisions this version knows, oldest first: their files are called `NUMBER_what_it_does.py`."""
    return tuple(sorted(file.name.partition("_")[0] for file in SCRIPTS.glob("versions/[0-9]*_*.py")))


def newest() -> str:
    """The revision this version needs."""
    return _revisions()[-1]


def present(connection: Connection) -> str | None:
    """The revision the database has; None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def migrate(database: Database) -> None:
    """Apply what is missing; nothing when all is there. Raises Unavailable for a newer database."""
    with database.writer.connect() as connection:
        found = present(connection)
        if found is not None and found not in _revisions():
            raise Unavailable(
                f"The database {database.path} was made by a newer LAMIS; install that version again."
            )
        if found != newest():
            from alembic import command

            command.upgrade(_config(connection), "head")
            connection.commit()


def make_revision(database: Database, message: str) -> None:
    """For developers: write the next revision from the difference between tables and models."""
    from alembic import command

    with database.writer.connect() as connection:
        command.revision(_config(connection), message=message, autogenerate=True, rev_id=None)
