"""Days of alerts as partitions: made ahead, dropped when past, and never needed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from lamis.alerts import queries
from lamis.alerts.actions import store
from lamis.alerts.days import OLDEST_DAYS, day_of, days_ahead, drop_past_days, make_days
from lamis.base.clock import to_ms
from lamis.base.scope import EVERYTHING
from lamis.storage.engine import Database
from tests.alerts.recounting import assert_kept_counts_are_true
from tests.alerts.world import ALL, NOW, ago, batch, document, put, settle, total
from tests.engines.locks import wait_for_a_waiter

DAY = timedelta(days=1)


@pytest.fixture
def server_store(postgres_database: Database) -> Database:
    settle(postgres_database)
    return postgres_database


def days(database: Database) -> list[str]:
    with database.read() as session:
        found = session.execute(
            text("SELECT relname FROM pg_class WHERE relname ~ '^alert_[0-9]{8}$' ORDER BY 1")
        )
        return [name.removeprefix("alert_") for name in found.scalars()]


def test_on_sqlite_there_are_no_days(sqlite_database: Database) -> None:
    days_ahead(sqlite_database, now=NOW)
    make_days(sqlite_database, [to_ms(NOW)], now=NOW)
    assert drop_past_days(sqlite_database, [1], before_ms=to_ms(NOW)) == 0


@pytest.mark.engine
def test_yesterday_today_and_two_days_are_made_once(server_store: Database) -> None:
    for _ in range(2):
        days_ahead(server_store, now=NOW)
    assert days(server_store) == ["20261120", "20261121", "20261122", "20261123"]


@pytest.mark.engine
def test_a_day_of_a_back_fill_is_made_and_an_absurd_one_is_not(server_store: Database) -> None:
    times = [to_ms(ago(days=30)), None, to_ms(ago(days=OLDEST_DAYS + 1)), -1, to_ms(NOW + 9 * DAY)]
    make_days(server_store, times, now=NOW)
    assert days(server_store) == ["20261022"]


@pytest.mark.engine
def test_a_day_with_alerts_among_the_rest_stays_there(server_store: Database) -> None:
    put(server_store, document(1, at=ago(days=3)))
    make_days(server_store, [to_ms(ago(days=3)), to_ms(NOW)], now=NOW)
    assert days(server_store) == ["20261121"]
    put(server_store, document(2, at=ago(days=3)), document(3))
    with server_store.read() as session:
        assert queries.count(session, EVERYTHING, ALL) == 3
        shown = queries.page(session, EVERYTHING, ALL).alerts
        assert len(shown) == len({row.id for row in shown}) == 3


@pytest.mark.engine
def test_a_past_day_goes_with_its_counts_and_origins(server_store: Database) -> None:
    old, kept = ago(days=40), ago(days=3)
    make_days(server_store, [to_ms(old), to_ms(kept)], now=NOW)
    twice = [document(n, at=old, identity="same", content={"number": 0}) for n in (1, 2)]
    put(server_store, *twice, document(3, at=old), now=old)
    put(server_store, document(4, at=old), connection=3, now=old)
    put(server_store, document(5, at=kept), now=kept)
    assert drop_past_days(server_store, [1, 2], before_ms=to_ms(ago(days=30))) == 1
    assert drop_past_days(server_store, [1, 2], before_ms=to_ms(ago(days=30))) == 0
    assert days(server_store) == ["20261118"]
    with server_store.read() as session:
        tables = ("alert", "alert_document", "alert_origin", "refused_document", "alert_text")
        assert [total(session, table) for table in tables] == [1, 1, 1, 0, 1]
        assert_kept_counts_are_true(session)
    make_days(server_store, [to_ms(old)], now=ago(days=1))
    assert "20261012" in days(server_store)


@pytest.mark.engine
def test_a_day_that_a_back_fill_has_just_brought_stays(server_store: Database) -> None:
    old = ago(days=40)
    make_days(server_store, [to_ms(old)], now=NOW)
    put(server_store, document(1, at=old), now=NOW)
    assert drop_past_days(server_store, [1, 2], before_ms=to_ms(ago(days=30))) == 0


@pytest.mark.engine
def test_a_day_stays_that_a_back_fill_brings_while_it_is_dropped(server_store: Database) -> None:
    old = ago(days=40)
    make_days(server_store, [to_ms(old)], now=NOW)
    put(server_store, document(1, at=old), now=old)

    with ThreadPoolExecutor() as pool:
        with server_store.ingest() as session:
            store(session, batch([document(2, at=old + timedelta(hours=3), rule="9")]), now=NOW)
            dropping = pool.submit(drop_past_days, server_store, [1, 2], before_ms=to_ms(ago(days=30)))
            wait_for_a_waiter(server_store, "who drops the day, at the lock")
        assert dropping.result() == 0
    with server_store.read() as session:
        assert queries.count(session, EVERYTHING, ALL) == 2
        assert_kept_counts_are_true(session)


@pytest.mark.engine
def test_a_day_that_somebody_reads_waits_for_nobody(server_store: Database) -> None:
    make_days(server_store, [to_ms(ago(days=40))], now=NOW)
    with server_store.read() as session:
        assert total(session, "alert") == 0
        assert drop_past_days(server_store, [1], before_ms=to_ms(NOW)) == 0
    assert drop_past_days(server_store, [1], before_ms=to_ms(NOW)) == 1


def test_days_count_from_2000() -> None:
    assert day_of(946_684_800_000) == 0
    assert day_of(to_ms(NOW)) == 9821
