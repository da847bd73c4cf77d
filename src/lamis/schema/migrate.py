"""Bringing a database to the tables this version needs.

Alembic is a fifth of what a start would import, so it is only loaded where there is something to do.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError, ProgrammingError

import lamis.storage
from lamis.base.errors import Unavailable
from lamis.schema.secure import let_read_revision, secure
from lamis.schema.tables import METADATA
from lamis.storage.engine import Database
from lamis.storage.scopes import SETTING
from lamis.storage.state import state

if TYPE_CHECKING:
    from alembic.config import Config

RESTORING = "restoring"  # the installation state while a restore is under way
SCRIPTS = Path(lamis.storage.__file__).parent / "migrations"
_LOCK = 0x1A315  # any number, the same in each process that migrates
# Whoever reads waits behind a migration that waits: less than the second after which PostgreSQL ends one
# of two that wait for each other.
_LONGEST_WAIT_MS = 500


def nobody() -> Database | None:
    """The tables belong to the role that serves."""
    return None


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    config.attributes["metadata"] = METADATA
    return config


@cache
def known_revisions() -> tuple[str, ...]:
    """The revisions this version knows, oldest first: their files are called `NUMBER_what_it_does.py`."""
    return tuple(sorted(file.name.partition("_")[0] for file in SCRIPTS.glob("versions/[0-9]*_*.py")))


def standing(found: str | None) -> str:
    """What `present` found, as the end of a sentence whose subject is a database."""
    return "has no tables yet" if found is None else f"is at {found}"


def newest() -> str:
    """The revision this version needs."""
    return known_revisions()[-1]


def present(connection: Connection) -> str | None:
    """The revision the database has; None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def migrate(
    database: Database,
    *,
    owned: Callable[[], Database | None] = nobody,
    again: bool = False,
    to: str | None = None,
    is_restoring: bool = False,
) -> None:
    """Apply what is missing, up to the newest revision or to `to`; nothing when all is there, unless `again`.

    `owned` opens the same database as the role that owns the tables, where that is another one.
    Raises Unavailable for a newer database, for one whose restore did not come to its end, and where the
    role may not do it.
    """
    with database.writer.connect() as connection:
        found = present(connection)
        role = "" if database.dialect == "sqlite" else str(connection.scalar(text("SELECT current_user")))
    if found is not None and found not in known_revisions():
        raise Unavailable(
            f"The database {database.shown} was made by a newer LAMIS; install that version again."
        )
    wanted = to or newest()
    if found is None or found < wanted or again:
        _apply_as_owner(database, owned, role, wanted)
    if not is_restoring:
        refuse_half(database)


def _apply_as_owner(database: Database, owned: Callable[[], Database | None], role: str, wanted: str) -> None:
    owner = owned()
    tables = owner or database
    try:
        tables.repeating(lambda: _apply(tables, role, wanted))
    except OperationalError as error:
        if not isinstance(error.orig, LockNotAvailable):
            raise
        raise Unavailable(
            "The tables are in use for long, as by a backup or a large export; nothing was changed."
            " Run `lamis migrate` again, or stop LAMIS before."
        ) from error
    except ProgrammingError as error:
        if database.dialect == "sqlite":
            raise
        raise Unavailable(
            f"The tables cannot be changed ({str(error.orig).splitlines()[0]});"
            " run `lamis migrate` with LAMIS_DATABASE_OWNER_URL, the URL of the role that owns them."
        ) from error
    finally:
        if owner is not None:
            owner.close()


def _apply(database: Database, role: str, wanted: str) -> None:
    with database.writer.connect() as connection:
        if database.dialect == "postgresql":
            # Forced row-level security holds for the owner, too: a revision that moves rows must see them.
            connection.execute(text(f"SELECT set_config('{SETTING}', 'all', true)"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            connection.execute(text(f"SELECT set_config('lock_timeout', '{_LONGEST_WAIT_MS}', true)"))
        found = present(connection)
        if found is None or found < wanted:
            from alembic import command

            command.upgrade(_config(connection), wanted)
        if database.dialect == "postgresql":
            secured = secure if wanted == newest() else let_read_revision
            secured(connection, role=role)
        connection.commit()


def refuse_half(database: Database) -> None:
    """Raise Unavailable where a restore did not come to its end."""
    with database.read() as session:
        if state(session, RESTORING) is not None:
            raise Unavailable(
                "A restore into this database did not come to its end; run lamis restore again."
            )


def make_revision(database: Database, message: str) -> None:
    """For developers: write the next revision from the difference between tables and models."""
    from alembic import command

    with database.writer.connect() as connection:
        command.revision(_config(connection), message=message, autogenerate=True, rev_id=None)
