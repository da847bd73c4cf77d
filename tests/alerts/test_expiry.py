"""Letting alerts go leaves nothing of them, and takes nothing else along."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lamis.alerts import actions, queries
from lamis.alerts.types import Filter, FindingDraft, Severity
from lamis.base.clock import to_ms
from lamis.base.scope import EVERYTHING
from lamis.storage.engine import Database
from lamis.storage.raw import driver
from tests import store as stores
from tests.alerts.recounting import assert_kept_counts_are_true
from tests.alerts.world import ALL, NORTH, NOW, SOUTH, ago, document, put, settle, text_of, total


def test_alerts_past_their_time_go_in_chunks_oldest_first(store: Database) -> None:
    put(store, *[document(n, at=ago(hours=n)) for n in range(10)], now=ago(hours=5))
    put(store, document(50, at=ago(hours=9)), connection=3, now=ago(hours=5))
    gone, behind = [], -1
    while not gone or gone[-1]:
        with store.ingest() as session:
            chunk = actions.expire(session, 1, to_ms(ago(hours=4)), 2, text_of=text_of, behind=behind)
            gone.append(chunk.n)
            behind = chunk.last_key
    assert gone == [2, 2, 1, 0]
    with store.read() as session:
        assert queries.count(session, NORTH, ALL) == 5
        assert queries.count(session, SOUTH, ALL) == 1
        assert_kept_counts_are_true(session)


def test_what_has_just_come_is_kept_however_old_it_is(store: Database) -> None:
    put(store, document(1, at=ago(hours=9)), now=ago(hours=5))
    put(store, document(2, at=ago(hours=9)), now=ago(hours=3))
    with store.ingest() as session:
        assert actions.expire(session, 1, to_ms(ago(hours=4)), 10, text_of=text_of).n == 1
    with store.read() as session:
        assert queries.count(session, NORTH, ALL) == 1


def test_erasing_a_connection_takes_all_of_it_and_nothing_else(store: Database) -> None:
    twice = document(1, identity="a", doc_id="first")
    put(store, twice, document(1, identity="a", doc_id="second"), document(2))
    put(store, document(1), connection=2)
    with store.ingest() as session:
        while actions.erase_connection(session, 1, 1, text_of=text_of):
            pass
    with store.read() as session:
        assert queries.count(session, EVERYTHING, ALL) == 1
        assert total(session, "refused_document") == 0
        assert_kept_counts_are_true(session)
    assert put(store, twice).new == 1


def test_the_text_index_forgets_what_is_gone_and_keeps_the_rest(store: Database) -> None:
    pages = [
        document(
            n,
            at=ago(hours=n),
            title=f"Title {n}",
            text=f"word{n} shared",
            content={"text": f"word{n} shared"},
        )
        for n in range(6)
    ]
    then = ago(hours=3)
    put(store, *pages[:3], now=then)
    put(store, *pages[3:5], now=then)
    put(store, pages[5], text_index=False, now=then)
    put(store, document(7, at=ago(hours=8), unreadable="broken", text="never indexed"), now=then)
    with store.ingest() as session:
        assert actions.expire(session, 1, to_ms(ago(hours=2)), 100, text_of=text_of).n == 4
    with store.read() as session:
        rows = (
            driver(session).execute("SELECT @text_key FROM alert_text WHERE @matches", ("shared",)).fetchall()
        )
        gone = (
            driver(session).execute("SELECT @text_key FROM alert_text WHERE @matches", ("word4",)).fetchall()
        )
        assert len(rows) == queries.count(session, NORTH, Filter(text="shared")) == 3
        assert gone == []
    if store.dialect == "sqlite":
        with store.ingest() as session:
            driver(session).execute("INSERT INTO alert_text (alert_text) VALUES ('integrity-check')")


STEPS = st.one_of(
    st.tuples(
        st.just("put"),
        st.integers(1, 3),
        st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30), st.booleans()), max_size=8),
    ),
    st.tuples(st.just("find"), st.integers(1, 3), st.integers(0, 5)),
    st.tuples(st.just("expire"), st.integers(1, 2), st.integers(0, 30)),
    st.tuples(st.just("erase"), st.integers(1, 3), st.integers(1, 5)),
)


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(STEPS, max_size=12))
def test_after_any_history_the_kept_counts_are_true(store_template: Path, history: list[tuple]) -> None:  # type: ignore[type-arg]
    with TemporaryDirectory() as folder:
        store = stores.copy_of(store_template, Path(folder))
        settle(store)
        for step in history:
            _take(store, step)
        with store.read() as session:
            assert_kept_counts_are_true(session)
            for scope in (EVERYTHING, NORTH, SOUTH):
                listed = len(queries.page(session, scope, ALL, limit=500).alerts)
                assert queries.count(session, scope, ALL) == listed
                assert sum(queries.severity_counts(session, scope, ALL).values()) == listed
        store.close()


def _take(store: Database, step: tuple) -> None:  # type: ignore[type-arg]
    kind, key, rest = step
    if kind == "put":
        page = [
            document(
                number,
                at=NOW - timedelta(hours=hours, minutes=7 * number),
                level=number % 16,
                rule=str(number % 4),
                identity=f"same {number % 5}" if is_same else None,
                raw=b'{"text": "same"}' if is_same else None,
                text="same" if is_same else "",
            )
            for number, hours, is_same in rest
        ]
        put(store, *page, connection=key, now=ago(hours=31))
        return
    with store.ingest() as session:
        if kind == "find":
            tenant = 2 if key == 3 else 1
            draft = FindingDraft(
                f"f{rest}", tenant, key, f"connection-{key}", "lamis:silent", "Silent", Severity.HIGH, {}
            )
            actions.store_findings(session, [draft], now=NOW)
        elif kind == "expire":
            actions.expire(session, key, to_ms(ago(hours=rest)), 3, text_of=text_of)
        else:
            actions.erase_connection(session, key, rest, text_of=text_of)
