"""The revisions make the tables that the models describe."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from lamis.base.errors import Unavailable
from lamis.schema.migrate import migrate, newest, present
from lamis.schema.tables import METADATA
from lamis.storage.engine import Database


def test_migrating_twice_is_migrating_once(tmp_path: Path) -> None:
    database = Database(tmp_path / "new.db")
    migrate(database)
    migrate(database)
    with database.writer.connect() as connection:
        assert present(connection) == newest()
    database.close()


def test_tables_and_models_agree(database: Database) -> None:
    with database.writer.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, kind, _: kind != "table" or "alert_text" not in name},
        )
        assert compare_metadata(context, METADATA) == []


def test_a_newer_database_is_refused(database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unavailable, match="newer LAMIS"):
        migrate(database)
