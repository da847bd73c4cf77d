"""Statements that are written once run on both engines."""

import pytest

from lamis.storage.engine import Database
from lamis.storage.raw import Into, driver

STATE = Into("installation_state", {"name": "text", "value": "text"}, "ON CONFLICT (name) DO NOTHING")
NAMED = Into("installation_state", {"name": "text"})


def test_rows_are_inserted_and_deleted_together(database: Database) -> None:
    with database.write() as session:
        raw = driver(session)
        raw.insert(STATE, [("a", "1"), ("b", "2")])
        raw.insert(STATE, [("b", "3"), ("c", "3")])
        raw.insert(STATE, [])
        raw.delete(NAMED, [("a",), ("x",)])
        raw.delete(NAMED, [])
        rows = raw.execute("SELECT name, value FROM installation_state WHERE name < 'd' ORDER BY name")
        assert list(rows) == [("b", "2"), ("c", "3")]


@pytest.mark.parametrize("number", [24, 25, 125, 126, 307])
def test_any_number_of_rows_is_inserted_once_and_in_order(database: Database, number: int) -> None:
    rows = [(f"n{place:03}", str(place)) for place in range(number)]
    with database.write() as session:
        raw = driver(session)
        raw.insert(STATE, rows)
        raw.insert(STATE, [(name, "again") for name, _ in rows])
        stored = raw.execute("SELECT name, value FROM installation_state WHERE name LIKE 'n%' ORDER BY name")
        assert stored.fetchall() == rows


def test_lists_keep_their_order(database: Database) -> None:
    with database.read() as session:
        raw = driver(session)
        rows = raw.execute("SELECT j.value FROM @keys(j)@order(j)", (raw.listed([3, 1, 2]),))
        assert [value for (value,) in rows] == [3, 1, 2]
        rows = raw.execute("SELECT j.value FROM @texts(j)@order(j)", (raw.listed(["b%", "a?"]),))
        assert rows.fetchall() == [("b%",), ("a?",)]


@pytest.mark.parametrize("values", [[], [5], [5, 6]])
def test_a_list_is_asked_for_what_it_holds(database: Database, values: list[int]) -> None:
    with database.read() as session:
        raw = driver(session)
        row = raw.execute("SELECT 5 @is_any_key", (raw.listed(values),)).fetchone()
        assert bool(row[0]) is (5 in values)
        row = raw.execute("SELECT 'x' @is_any_text", (raw.listed(["x", "y"]),)).fetchone()
        assert row[0]


def test_a_percent_sign_is_one(database: Database) -> None:
    with database.read() as session:
        assert driver(session).execute("SELECT 7 % ?", (4,)).fetchone() == (3,)


def test_many_statements_of_one_kind(database: Database) -> None:
    with database.write() as session:
        raw = driver(session)
        raw.insert(STATE, [("a", "1"), ("b", "2")])
        raw.executemany("UPDATE installation_state SET value = ? WHERE name = ?", [("3", "a"), ("4", "b")])
        rows = raw.execute("SELECT value FROM installation_state WHERE name < 'd' ORDER BY name")
        assert [value for (value,) in rows] == ["3", "4"]
