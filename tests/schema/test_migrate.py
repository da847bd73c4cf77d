"""The revisions make the tables that the models describe."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from lamis.base.errors import Unavailable
from lamis.schema.migrate import SCRIPTS, migrate, newest, present
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


def test_the_newest_file_is_the_head_of_the_revisions() -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    assert ScriptDirectory.from_config(config).get_current_head() == newest()


def test_an_empty_database_has_no_revision(tmp_path: Path) -> None:
    database = Database(tmp_path / "empty.db")
    with database.writer.connect() as connection:
        assert present(connection) is None
    database.close()


@pytest.mark.slow
def test_starting_on_a_migrated_database_does_not_load_alembic(database: Database) -> None:
    script = (
        "import sys; from pathlib import Path; from lamis.schema.migrate import migrate;"
        "from lamis.storage.engine import Database; import lamis.app.serve;"
        "migrate(Database(Path(sys.argv[1]))); sys.exit('alembic' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script, str(database.path)], check=True)
