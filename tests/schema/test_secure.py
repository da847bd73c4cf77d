"""Every tenant's rows are locked, and nothing can be reached past the locks."""

import psycopg
import pytest
from sqlalchemy import Column, Integer, MetaData, Table, text
from sqlalchemy.exc import ProgrammingError

from lamis.schema.secure import OF_NOBODY, condition
from lamis.schema.tables import METADATA
from lamis.storage.engine import Database


@pytest.mark.parametrize("name", sorted(METADATA.tables))
def test_of_each_table_it_is_known_whose_its_rows_are(name: str) -> None:
    assert name in OF_NOBODY or condition(METADATA.tables[name])


def test_every_table_of_nobody_exists() -> None:
    assert METADATA.tables.keys() >= OF_NOBODY


def test_a_table_without_an_owner_is_refused() -> None:
    with pytest.raises(LookupError, match="stray"):
        condition(Table("stray", MetaData(), Column("key", Integer)))


@pytest.mark.engine
def test_every_lock_is_forced_and_the_serving_role_is_an_ordinary_one(postgres_database: Database) -> None:
    with postgres_database.read() as session:
        open_ = session.execute(
            text(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'\\:\\:regnamespace"
                " AND relkind IN ('r', 'p') AND NOT (relrowsecurity AND relforcerowsecurity)"
            )
        )
        assert set(open_.scalars()) == OF_NOBODY | {"alembic_version", "alert_word", "alert_word_rest"}
        role = session.execute(
            text("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        )
        assert role.one() == (False, False)


@pytest.mark.engine
@pytest.mark.parametrize("table", ["alert_rest", "alert_document_rest", "alert_word", "alert_word_rest"])
def test_nothing_is_read_past_a_lock(postgres_database: Database, table: str) -> None:
    with postgres_database.read() as session, pytest.raises(ProgrammingError) as caught:
        session.execute(text(f"SELECT * FROM {table}"))
    assert isinstance(caught.value.orig, psycopg.errors.InsufficientPrivilege)
