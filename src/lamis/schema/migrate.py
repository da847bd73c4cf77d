"""Bringing a database to the tables this version needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import lamis.storage
from lamis.base.errors import Unavailable
from lamis.schema.tables import METADATA
from lamis.storage.engine import Database

SCRIPTS = Path(lamis.storage.__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    config.attributes["metadata"] = METADATA
    return config


def newest() -> str:
    """The revision this version needs."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def present(connection: Connection) -> str | None:
    """The revision the database has; None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def migrate(database: Database) -> None:
    """Apply what is missing; nothing when all is there. Raises Unavailable for a newer database."""
    with database.writer.connect() as connection:
        known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
        found = present(connection)
        if found is not None and found not in known:
            raise Unavailable(
                f"The database {database.path} was made by a newer LAMIS; install that version again."
            )
        if found != newest():
            command.upgrade(_config(connection), "head")
            connection.commit()


def make_revision(database: Database, message: str) -> None:
    """For developers: write the next revision from the difference between tables and models."""
    with database.writer.connect() as connection:
        command.revision(_config(connection), message=message, autogenerate=True, rev_id=None)
