"""Numbers for texts: made once, remembered only after the commit."""

import pytest

from lamis.alerts.names import index_key, label_keys
from lamis.storage.engine import Database
from lamis.storage.raw import driver


class Stop(Exception):
    pass


def test_a_label_keeps_its_key(database: Database) -> None:
    with database.ingest() as session:
        first = label_keys(session, {("rule", "5710"), ("device", "5710")})
    with database.ingest() as session:
        again = label_keys(session, {("rule", "5710"), ("device", "5710"), ("rule", "1")})
    assert first.items() <= again.items()
    assert len(set(again.values())) == 3


def test_a_key_that_was_rolled_back_is_not_remembered(database: Database) -> None:
    def fail() -> None:
        with database.ingest() as session:
            label_keys(session, {("rule", "gone")})
            index_key(session, "gone")
            raise Stop

    with pytest.raises(Stop):
        fail()
    with database.ingest() as session:
        other = label_keys(session, {("rule", "other")})["rule", "other"]
        again = label_keys(session, {("rule", "gone")})["rule", "gone"]
        names = (index_key(session, "another"), index_key(session, "gone"))
    assert other != again
    with database.read() as session:
        assert dict(driver(session).execute("SELECT text, key FROM label")) == {"other": other, "gone": again}
        assert dict(driver(session).execute("SELECT name, key FROM source_index")) == {
            "another": names[0],
            "gone": names[1],
        }


def test_a_part_that_was_rolled_back_is_not_remembered(database: Database) -> None:
    with database.write() as session:
        with pytest.raises(Stop), session.begin_nested():
            label_keys(session, {("rule", "gone")})
            raise Stop
        label_keys(session, {("rule", "kept")})
    with database.write() as session:
        keys = label_keys(session, {("rule", "gone"), ("rule", "kept")})
    with database.read() as session:
        assert dict(driver(session).execute("SELECT text, key FROM label")) == {
            "gone": keys["rule", "gone"],
            "kept": keys["rule", "kept"],
        }


def test_people_and_ingest_agree_on_numbers(database: Database) -> None:
    with database.ingest() as session:
        label_keys(session, {("rule", "a"), ("rule", "b")})
    with database.write() as session:
        assert len(set(label_keys(session, {("rule", "b"), ("rule", "a"), ("rule", "c")}).values())) == 3


def test_texts_that_are_stored_alike_have_one_key(database: Database) -> None:
    with database.ingest() as session:
        keys = label_keys(session, {("user", "x" * 600), ("user", "x" * 700), ("user", "\ud800")})
    assert keys["user", "x" * 600] == keys["user", "x" * 700] != keys["user", "\ud800"]
