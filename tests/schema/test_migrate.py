"""The revisions make the tables that the models describe."""

import re
import subprocess
import sys
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, MetaData, insert, select, text

from lamis.base.errors import Unavailable
from lamis.schema.migrate import SCRIPTS, known_revisions, migrate, newest, present, standing
from lamis.schema.tables import METADATA
from lamis.storage.engine import Database
from lamis.storage.scopes import SETTING
from lamis.storage.state import set_state
from tests.engines.locks import wait_for_a_waiter
from tests.engines.postgres import OWNER, PostgresServer


def test_migrating_twice_is_migrating_once(tmp_path: Path) -> None:
    database = Database(tmp_path / "new.db")
    migrate(database)
    migrate(database)
    with database.writer.connect() as connection:
        assert present(connection) == newest()
    database.close()


# Made by hand: the text index of each engine, and on PostgreSQL the partitions and where alerts came from.
BY_HAND = re.compile(r"alert_text.*|alert_word|alert_origin|alert\w*_(rest|\d{8})")


def test_tables_and_models_agree(database: Database) -> None:
    is_sqlite = database.dialect == "sqlite"
    with database.writer.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, _: kind != "table" or not BY_HAND.fullmatch(name),
                "include_object": lambda _, name, *rest: name != "ux_alert_origin" or is_sqlite,
            },
        )
        assert compare_metadata(context, METADATA) == []


def test_a_database_of_the_first_light_keeps_its_rows(tmp_path: Path) -> None:
    database = Database(tmp_path / "first.db")
    migrate(database, to="0001")
    with database.write() as session:
        for statement in (
            "ALTER TABLE source_window RENAME TO window",
            "ALTER TABLE alert_document DROP COLUMN tenant_key",
            "INSERT INTO tenant (key, id, name, name_folded, created_ms) VALUES (7, 't', 'N', 'n', 0)",
            "INSERT INTO alert (key, tenant_key, connection_key, index_key, doc_id, is_finding, stored_ms,"
            " severity, title, journal_number, labels) VALUES (5, 7, 1, 1, 'd', 0, 0, 1, 'x', 1, x'')",
            "INSERT INTO alert_document"
            " (alert_key, dictionary_key, size_bytes, text_version, addresses, body)"
            " VALUES (5, 0, 2, 0, x'', x'7b7d')",
        ):
            session.execute(text(statement))
    migrate(database)
    with database.read() as session:
        assert present(session.connection()) == newest()
        assert session.execute(text("SELECT tenant_key, size_bytes FROM alert_document")).all() == [(7, 2)]
        assert session.execute(text("SELECT count(*) FROM source_window")).scalar_one() == 0
    database.close()


def fill(connection: Connection, *, but: Collection[str]) -> dict[str, dict[str, object]]:
    """Put a row into each table that is not among `but`; returns them by the table's name."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT set_config('{SETTING}', 'all', true)"))
    tables = MetaData()
    tables.reflect(connection, only=lambda name, _: name not in but and not BY_HAND.fullmatch(name))
    made: dict[str, dict[str, object]] = {}
    for table in tables.sorted_tables:
        if table.name not in {"alembic_version", *but}:
            made[table.name] = {column.name: value_for(column) for column in table.columns}
            connection.execute(insert(table).values(made[table.name]))
    return made


def value_for(column: Column[Any]) -> object:
    """Any value that fits, the same for each column of a kind: so what refers to something finds it."""
    return {int: 1, bool: True, str: "x", bytes: b"x"}.get(column.type.python_type, {"x": 1})


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.engine)])
def unmade(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables, opened by the role that is to own them."""
    with ExitStack() as ends:
        if request.param == "sqlite":
            database = Database(tmp_path / "old.db")
        else:
            server: PostgresServer = request.getfixturevalue("postgres_server")
            database = server.opened(ends.enter_context(server.empty()), role=OWNER)
        ends.callback(database.close)
        yield database


@pytest.mark.slow
def test_every_revision_keeps_the_rows_of_those_before(unmade: Database) -> None:
    kept: dict[str, dict[str, object]] = {}
    for revision in known_revisions():
        migrate(unmade, to=revision)
        with unmade.writer.begin() as connection:
            kept |= fill(connection, but=kept)
    with unmade.read() as session:
        for name, row in kept.items():
            table = METADATA.tables[name]
            columns = [table.columns[column] for column in row]
            assert dict(session.execute(select(*columns)).one()._mapping) == row


def test_a_newer_database_is_refused(sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Unavailable, match="newer LAMIS"):
        migrate(sqlite_database)


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
def test_where_a_database_stands_can_be_said() -> None:
    assert standing(None) == "has no tables yet"
    assert standing("0008") == "is at 0008"


@pytest.mark.slow
def test_starting_on_a_migrated_database_does_not_load_alembic(sqlite_database: Database) -> None:
    script = (
        "import sys; from pathlib import Path; from lamis.schema.migrate import migrate;"
        "from lamis.storage.engine import Database; import lamis.app.serve;"
        "migrate(Database(Path(sys.argv[1]))); sys.exit('alembic' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script, str(sqlite_database.path)], check=True)


@pytest.mark.engine
def test_a_role_that_may_not_make_tables_is_told_of_the_owner(postgres_server: PostgresServer) -> None:
    with postgres_server.empty() as name:
        database = postgres_server.opened(name)
        with pytest.raises(Unavailable, match="LAMIS_DATABASE_OWNER_URL"):
            migrate(database)
        database.close()


@pytest.mark.engine
def test_a_role_that_owns_the_tables_needs_no_other(postgres_server: PostgresServer) -> None:
    with postgres_server.empty() as name:
        database = postgres_server.opened(name, role=OWNER)
        migrate(database)
        migrate(database, again=True)
        with database.write() as session:
            set_state(session, "name", "value")
            assert present(session.connection()) == newest()
        database.close()


@pytest.mark.engine
@pytest.mark.slow
def test_migrating_lets_those_who_read_meanwhile_come_to_their_end(postgres_server: PostgresServer) -> None:
    with postgres_server.migrated() as name, ThreadPoolExecutor(1) as thread, ExitStack() as ends:
        database = postgres_server.opened(name)
        ends.callback(database.close)
        with database.read() as session:
            session.execute(text("SELECT count(*) FROM delivery_attempt"))  # locked as the last
            migrated = thread.submit(
                migrate, database, owned=lambda: postgres_server.opened(name, role=OWNER), again=True
            )
            wait_for_a_waiter(database, "a migration that waits")
            session.execute(text("SELECT count(*) FROM alert"))  # as the first
        migrated.result()


@pytest.mark.engine
@pytest.mark.slow
def test_a_migration_that_somebody_holds_up_says_so(postgres_server: PostgresServer) -> None:
    with postgres_server.migrated() as name, ExitStack() as ends:
        database = postgres_server.opened(name)
        ends.callback(database.close)
        with database.read() as session, pytest.raises(Unavailable, match="again"):
            session.execute(text("SELECT count(*) FROM alert"))
            migrate(database, owned=lambda: postgres_server.opened(name, role=OWNER), again=True)
