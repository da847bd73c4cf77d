"""Storing pages: each document once, whatever is sent how often."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lamis.alerts import actions, queries
from lamis.alerts.rules import UNREADABLE_TITLE, key_ms
from lamis.alerts.types import FindingDraft, Incoming, Severity, Stored, Verdict
from lamis.base.clock import DAY_MS, EPOCH_2000_MS, to_ms
from lamis.base.scope import EVERYTHING
from lamis.journal.models import JournalEntry
from lamis.storage.engine import Database
from tests.alerts.world import ALL, NORTH, NOW, ago, batch, document, put, total


def verdicts(stored: Stored) -> list[Verdict]:
    return [outcome.verdict for outcome in stored.outcomes]


def test_a_page_stored_twice_is_stored_once(store: Database) -> None:
    page = [document(n) for n in range(20)]
    first = put(store, *page)
    again = put(store, *page)
    assert (first.new, first.known, first.refused) == (20, 0, 0)
    assert (again.new, again.known, again.refused) == (0, 20, 0)
    assert [outcome.key for outcome in again.outcomes] == [outcome.key for outcome in first.outcomes]
    with store.read() as session:
        assert total(session, "alert") == total(session, "alert_document") == 20


def test_a_document_twice_in_a_page_is_stored_once(store: Database) -> None:
    stored = put(store, document(1), document(2), document(1))
    assert verdicts(stored) == [Verdict.NEW, Verdict.NEW, Verdict.KNOWN]
    assert stored.outcomes[2].key == stored.outcomes[0].key


def test_the_same_id_elsewhere_is_another_document(store: Database) -> None:
    put(store, document(1, doc_id="same"))
    assert put(store, document(2, doc_id="same", index="wazuh-alerts-4.x-2026.11.20")).new == 1
    assert put(store, document(3, doc_id="same"), connection=2).new == 1
    assert put(store, document(4, doc_id="same"), connection=3).new == 1


def test_a_resent_alert_is_refused_and_points_at_the_kept_one(store: Database) -> None:
    kept = put(store, document(1, identity="a", doc_id="first")).outcomes[0]
    again = put(store, document(1, identity="a", doc_id="second"))
    assert verdicts(again) == [Verdict.REFUSED]
    assert again.outcomes[0].key == kept.key
    with store.read() as session:
        assert session.execute(text("SELECT kept_key FROM refused_document")).scalar_one() == kept.key
        assert queries.alert_by_origin(
            session, EVERYTHING, "connection-1", document().index, "second"
        ).key == (kept.key)
        assert queries.alert_by_key(session, EVERYTHING, kept.key).refused_copies == 1


def test_a_refused_document_read_again_is_known(store: Database) -> None:
    page = [document(1, identity="a", doc_id="first"), document(1, identity="a", doc_id="second")]
    first, again = put(store, *page), put(store, *page)
    assert verdicts(first) == [Verdict.NEW, Verdict.REFUSED]
    assert verdicts(again) == [Verdict.KNOWN, Verdict.KNOWN]
    with store.read() as session:
        assert total(session, "refused_document") == 1


def test_one_identity_with_two_contents_is_two_alerts(store: Database) -> None:
    stored = put(
        store,
        document(1, identity="a", content={"data": 1}),
        document(2, identity="a", content={"data": 2}),
        document(3, identity="a", content={"data": 2}, raw=document(2, content={"data": 2}).raw),
    )
    assert verdicts(stored) == [Verdict.NEW, Verdict.NEW, Verdict.REFUSED]
    assert stored.outcomes[2].key == stored.outcomes[1].key


def test_documents_without_identity_are_always_kept(store: Database) -> None:
    raw = b'{"rule":{"level":3}}'
    assert put(store, document(1, raw=raw), document(2, raw=raw)).new == 2


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (b'{"a":1,"b":[1,2]}', b'{ "b": [1, 2], "a": 1 }', True),
        (b'{"a":1}', b'{"a":1.0}', False),
        (b'{"a":1}', b'{"a":true}', False),
        (b'{"a":"1"}', b'{"a":1}', False),
        (b'{"a":[1,2]}', b'{"a":[2,1]}', False),
        (b'{"a":36893488147419103233}', b'{"a":36893488147419103232}', False),
        (b'{"a":"\\u00e9"}', '{"a":"é"}'.encode(), True),
        (b'{"a":null}', b"{}", False),
    ],
)
def test_sameness_is_that_of_parsed_documents(
    store: Database, one: bytes, other: bytes, *, is_same: bool
) -> None:
    stored = put(store, document(1, identity="a", raw=one), document(2, identity="a", raw=other))
    assert verdicts(stored)[1] is (Verdict.REFUSED if is_same else Verdict.NEW)


def test_an_identity_is_that_of_one_connection(store: Database) -> None:
    put(store, document(1, identity="a"))
    assert put(store, document(1, identity="a", doc_id="x"), connection=2).new == 1


def test_documents_come_back_byte_for_byte(store: Database) -> None:
    odd = [
        b'{"a" : 1.0, "b":\t"\\u00e9\\ud800", "a":2 }',
        '{"log":"Zeile\\nmit Ümläuten 🦊"}'.encode(),
        b"{}",
        b'{"n":1e400,"z":' + b"9" * 400 + b"}",
        json.dumps({"full_log": "x" * 200_000}).encode(),
    ]
    stored = put(store, *[document(n, raw=raw) for n, raw in enumerate(odd)])
    with store.read() as session:
        kept = [queries.alert_by_key(session, EVERYTHING, o.key).document for o in stored.outcomes]
    assert kept == odd


@pytest.mark.slow
def test_twelve_thousand_alerts_of_one_millisecond_have_a_key_each(store: Database) -> None:
    page = [document(n) for n in range(12_000)]
    keys = set()
    for at in range(0, 12_000, 3_000):
        stored = put(store, *page[at : at + 3_000], text_index=False)
        assert stored.new == 3_000
        keys |= {outcome.key for outcome in stored.outcomes}
    assert len(keys) == 12_000
    assert {key_ms(key) for key in keys} == {to_ms(NOW)}
    assert put(store, *page[6_000:9_000]).known == 3_000


@pytest.mark.parametrize(
    ("at", "sorted_at_ms"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), EPOCH_2000_MS),
        (datetime(2100, 1, 1, tzinfo=UTC), to_ms(NOW) + DAY_MS),
        (None, to_ms(NOW)),
        (ago(days=3), to_ms(ago(days=3))),
    ],
)
def test_the_sort_key_is_clamped_and_the_time_is_kept(
    store: Database, at: datetime | None, sorted_at_ms: int
) -> None:
    outcome = put(store, document(1, at=at)).outcomes[0]
    assert key_ms(outcome.key) == sorted_at_ms
    assert outcome.time_ms == (None if at is None else to_ms(at))
    with store.read() as session:
        detail = queries.alert_by_key(session, EVERYTHING, outcome.key)
    assert detail.time_ms == outcome.time_ms


def test_an_absurd_time_is_stored(store: Database) -> None:
    fields = document(1).fields
    absurd = [
        Incoming("i", str(n), b"{}", type(fields)(time_ms=ms, title="x"))
        for n, ms in enumerate((10**30, -(10**30)))
    ]
    assert put(store, *absurd).new == 2
    with store.read() as session:
        assert [row.created_at[:4] for row in queries.page(session, EVERYTHING, ALL).alerts] == [
            "9999",
            "0001",
        ]


def test_what_cannot_be_read_is_kept_low_and_named(store: Database) -> None:
    broken = document(1, unreadable="larger than 64 MB", level=15)
    stored = put(store, Incoming(broken.index, broken.doc_id, None, broken.fields))
    assert (stored.new, stored.unreadable) == (1, 1)
    with store.read() as session:
        row = queries.page(session, EVERYTHING, ALL).alerts[0]
        assert queries.alert_by_key(session, EVERYTHING, stored.outcomes[0].key).document is None
    assert (row.severity, row.title, row.unreadable) == (1, UNREADABLE_TITLE, "larger than 64 MB")


@pytest.mark.parametrize("half", ["x\ud800y", "x\0y", "\0", "'\"\\", "\u2028🦊"])
def test_odd_characters_can_be_stored(store: Database, half: str) -> None:
    odd = document(1, title=half, device=half, user=half, groups=[half], text=half, doc_id=half, rule=half)
    assert put(store, odd).new == 1
    assert put(store, odd).known == 1


def test_labels_that_are_stored_alike_are_one_tag(store: Database) -> None:
    long = "g" * 600
    put(store, document(1, groups=["a", "a", long, long + "x"]))
    with store.read() as session:
        assert queries.alert_by_key(session, NORTH, _only(session)).groups == ("a", "g" * 512)


def test_a_page_has_one_journal_entry_and_its_alerts_its_number(store: Database) -> None:
    put(store, document(1), document(2))
    put(store, document(1))
    put(store, document(3))
    with store.read() as session:
        entries = session.execute(select(JournalEntry).order_by(JournalEntry.number)).scalars().all()
        numbers = session.execute(text("SELECT journal_number, count(*) FROM alert GROUP BY 1")).all()
    assert [(row.stream, row.number, row.kind) for row in entries] == [
        ("tenant:1", 1, "alerts.stored"),
        ("tenant:1", 2, "alerts.stored"),
    ]
    assert entries[0].subject == {"connection": "connection-1", "alerts": 2}
    assert {tuple(row) for row in numbers} == {(1, 2), (2, 1)}


def test_a_page_that_was_rolled_back_leaves_nothing_behind(store: Database) -> None:
    class Stop(Exception):
        pass

    def fail() -> None:
        with store.ingest() as session:
            actions.store(session, batch([document(1, rule="one"), document(2, rule="two")]), now=NOW)
            raise Stop

    with pytest.raises(Stop):
        fail()
    put(store, document(3, rule="three", groups=["first"]), document(1, rule="one"))
    with store.read() as session:
        rules = {row.rule for row in queries.page(session, EVERYTHING, ALL).alerts}
        assert total(session, "alert") == 2
    assert rules == {"three", "one"}


def test_a_finding_is_an_alert_and_comes_once(store: Database) -> None:
    draft = FindingDraft(
        finding_id="silent-1",
        tenant_key=1,
        connection_key=1,
        connection_id="connection-1",
        rule="lamis:silent",
        title="Source 1 is silent",
        severity=Severity.HIGH,
        document={"since": "2026-11-21T11:00:00Z"},
    )
    with store.write() as session:
        assert actions.store_findings(session, [draft], now=NOW).new == 1
    with store.write() as session:
        assert actions.store_findings(session, [draft], now=NOW).new == 0
    with store.read() as session:
        row = queries.page(session, NORTH, ALL).alerts[0]
        detail = queries.alert_by_key(session, NORTH, _only(session))
    assert (row.is_finding, row.severity_name, row.rule, row.level) == (True, "high", "lamis:silent", None)
    assert detail.document == b'{"since":"2026-11-21T11:00:00Z"}'


def _only(session: Session) -> int:
    return int(session.execute(text("SELECT key FROM alert")).scalar_one())
