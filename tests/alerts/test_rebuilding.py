"""The text index made again finds what it found before."""

from sqlalchemy.orm import Session

from lamis.alerts import queries
from lamis.alerts.rebuilding import count_on, rebuild
from lamis.alerts.types import Filter
from lamis.storage.engine import Database
from lamis.storage.raw import driver
from tests.alerts.world import NORTH, SOUTH, document, put, text_of


def forget_derived(session: Session) -> None:
    connection = driver(session)
    if connection.is_postgres:
        connection.execute("DELETE FROM alert_word")
        connection.execute("DELETE FROM alert_origin")
    else:
        connection.execute("INSERT INTO alert_text (alert_text) VALUES ('delete-all')")


def found(store: Database, word: str) -> list[int]:
    with store.read() as session:
        return [queries.count(session, scope, Filter(text=word)) for scope in (NORTH, SOUTH)]


def rebuild_all(store: Database, *, version: int = 1) -> None:
    behind: int | None = -1
    while behind is not None:
        with store.ingest() as session:
            behind = rebuild(session, behind, 2, text_of=lambda raw, _: text_of(raw, 1), text_version=version)


def test_every_text_is_found_again_and_those_without_stay_without(store: Database) -> None:
    for number in range(5):
        put(store, document(number, text=f"needle {number}", content={"text": f"needle {number}"}))
    put(store, document(7, text="needle", content={"text": "needle"}), connection=3)
    put(store, document(8, text="needle", content={"text": "needle"}), text_index=False)
    assert found(store, "needle") == [5, 1]
    with store.ingest() as session:
        forget_derived(session)
    assert found(store, "needle") == [0, 0]
    rebuild_all(store)
    assert found(store, "needle") == [5, 1]
    assert put(store, document(1)).known == 1


def test_texts_of_an_older_version_are_made_in_the_new_one(store: Database) -> None:
    put(store, document(1, text="needle", content={"text": "needle"}))
    with store.ingest() as session:
        forget_derived(session)
    rebuild_all(store, version=2)
    with store.read() as session:
        assert driver(session).execute("SELECT text_version FROM alert_document").fetchall() == [(2,)]


def test_new_labels_come_behind_those_that_came_with_their_numbers(store: Database) -> None:
    put(store, document(1, device="web-01"))
    with store.ingest() as session:
        connection = driver(session)
        if connection.is_postgres:
            connection.execute("SELECT setval('label_number', 1, false)")
    with store.ingest() as session:
        count_on(session)
    put(store, document(2, device="web-02"))
    with store.read() as session:
        assert queries.count(session, NORTH, Filter(device="web-02")) == 1
