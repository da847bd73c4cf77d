"""Several processes store at once: each document once, whoever was first, and counts that are true."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from lamis.alerts.actions import store
from lamis.alerts.names import label_keys
from lamis.alerts.types import Stored
from lamis.storage.engine import Database
from tests.alerts.recounting import assert_kept_counts_are_true
from tests.alerts.world import NOW, ago, batch, document, settle, total
from tests.engines.waiting import PATIENCE_S

MANY = 4


@pytest.fixture
def store_of_many(database: Database) -> Database:
    settle(database)
    return database


def test_a_page_that_all_store_at_once_is_stored_once(store_of_many: Database) -> None:
    page = [document(n, at=ago(minutes=n), device=f"web-{n}", user=f"user-{n}") for n in range(40)]
    together = Barrier(MANY, timeout=30)

    def put_page(_: int) -> Stored:
        def unit() -> Stored:
            with store_of_many.ingest() as session:
                return store(session, batch(page), now=NOW)

        together.wait()
        return store_of_many.repeating(unit)

    with ThreadPoolExecutor(MANY) as threads:
        found = list(threads.map(put_page, range(MANY)))
    assert sorted(one.new for one in found) == [0] * (MANY - 1) + [40]
    with store_of_many.read() as session:
        assert total(session, "alert") == 40
        assert_kept_counts_are_true(session)


def test_pages_of_two_sources_with_the_same_names_hinder_nobody(store_of_many: Database) -> None:
    together = Barrier(2, timeout=PATIENCE_S)

    def put_pages(connection: int) -> None:
        together.wait()
        for start in range(0, 60, 20):
            page = [document(n, at=ago(minutes=n), device=f"web-{n}") for n in range(start, start + 20)]

            def unit(page: list = page) -> None:  # type: ignore[type-arg]
                with store_of_many.ingest() as session:
                    store(session, batch(page, connection=connection), now=NOW)

            store_of_many.repeating(unit)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(put_pages, (1, 3)))
    with store_of_many.read() as session:
        assert total(session, "alert") == 120
        assert_kept_counts_are_true(session)


def test_a_name_that_all_need_at_once_has_one_key(store_of_many: Database) -> None:
    together = Barrier(MANY, timeout=30)

    def name_all(_: int) -> dict[tuple[str, str], int]:
        together.wait()
        with store_of_many.ingest() as session:
            return label_keys(session, {("rule", str(number)) for number in range(50)})

    with ThreadPoolExecutor(MANY) as threads:
        found = list(threads.map(name_all, range(MANY)))
    assert all(one == found[0] for one in found)
    assert len(set(found[0].values())) == 50
