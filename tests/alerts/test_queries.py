"""Lists, pages and counts against a plain reading of the same documents, for every filter and scope."""

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import msgspec
import pytest

from lamis.alerts import queries
from lamis.alerts.rules import severity_of
from lamis.alerts.types import Filter, Incoming, IPNetwork, Mitre, Preset, Severity
from lamis.base.clock import to_ms
from lamis.base.errors import Invalid, NotFound
from lamis.base.scope import EVERYTHING, Scope
from lamis.connections.models import Connection
from lamis.storage.engine import Database
from tests import store as stores
from tests.alerts.naming import named
from tests.alerts.world import ALL, NORTH, NOW, SOUTH, ago, document, put, settle

SCOPES = {EVERYTHING: {1, 2, 3}, NORTH: {1, 2}, SOUTH: {3}, Scope(frozenset()): set[int]()}
HIGH_UP = frozenset({Severity.HIGH, Severity.CRITICAL})
FILTERS = [
    ALL,
    Filter(since=ago(hours=7, minutes=11)),
    Filter(until=ago(hours=2)),
    Filter(since=ago(hours=20, seconds=1), until=ago(hours=3, minutes=50)),
    Filter(since=ago(minutes=9), until=ago(minutes=4)),
    Filter(severities=HIGH_UP),
    Filter(severities=frozenset(Severity)),
    Filter(severities=HIGH_UP, since=ago(hours=12, minutes=1), until=ago(minutes=1)),
    Filter(min_level=11),
    Filter(min_level=99),
    Filter(tenant_ids=frozenset({"tenant-1"})),
    Filter(tenant_ids=frozenset({"south"})),
    Filter(tenant_ids=frozenset({"nobody"})),
    Filter(connection_ids=frozenset({"connection-2"})),
    Filter(connection_ids=frozenset({"connection-2", "Source 3"}), severities=HIGH_UP),
    Filter(connection_ids=frozenset({"connection-9"})),
    Filter(rule="5"),
    Filter(rule="5", since=ago(hours=9, minutes=3), until=ago(minutes=70)),
    Filter(rule="5", severities=frozenset({Severity.LOW})),
    Filter(rule="nine"),
    Filter(group="sshd"),
    Filter(group="sshd", device="host-2", user="root"),
    Filter(group="sshd", since=ago(hours=11)),
    Filter(device="host-1", connection_ids=frozenset({"connection-1"})),
    Filter(user="root", min_level=8),
    Filter(mitre="T1110"),
    Filter(mitre="Brute Force", rule="5"),
    Filter(network=ip_network("203.0.113.4/32")),
    Filter(network=ip_network("203.0.113.0/29")),
    Filter(network=ip_network("203.0.113.0/29"), group="sshd"),
    Filter(network=ip_network("0.0.0.0/0")),
    Filter(network=ip_network("0.0.0.0/0"), since=ago(hours=5)),
    Filter(network=ip_network("2001:db8::/32")),
    Filter(network=ip_network("2001:db8::/32"), text="failed"),
    Filter(network=ip_network("198.51.100.1/32")),
    Filter(text="failed"),
    Filter(text="password failed"),
    Filter(text='"failed password"'),
    Filter(text='"password failed"'),
    Filter(text="failed", severities=HIGH_UP, rule="5"),
    Filter(text="sentence7", since=ago(hours=15)),
    Filter(unreadable_only=True),
    Filter(unreadable_only=True, connection_ids=frozenset({"connection-1"})),
]


def make(number: int, dice: random.Random) -> Incoming:
    addresses = [f"203.0.113.{dice.randrange(9)}" for _ in range(dice.randrange(4))]
    if dice.random() < 0.2:
        addresses.append(f"2001:db8::{dice.randrange(5)}")
    return document(
        number,
        at=NOW - timedelta(milliseconds=dice.randrange(24 * 3_600_000)),
        level=dice.choice([None, *range(16)]),
        rule=dice.choice([None, "5", "6", "7"]),
        title=f"Title of sentence{number % 9}",
        device=dice.choice([None, "host-1", "host-2"]),
        user=dice.choice([None, "root", "alice"]),
        groups=dice.sample(["sshd", "syslog", "web"], dice.randrange(3)),
        mitre=Mitre(ids=("T1110",), techniques=("Brute Force",)) if dice.random() < 0.3 else None,
        addresses=list(dict.fromkeys(addresses)),
        text=dice.choice(["Failed password for root", "the password; failed", "nothing"]),
        unreadable="odd" if dice.random() < 0.05 else None,
    )


@pytest.fixture(scope="module")
def world(
    store_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Database, dict[int, list[Incoming]]]]:
    """A store with 600 documents, and the documents."""
    store = stores.copy_of(store_template, tmp_path_factory.mktemp("alerts"))
    settle(store)
    dice = random.Random(7)
    documents = {key: [make(key * 1000 + n, dice) for n in range(200)] for key in (1, 2, 3)}
    for key, page in documents.items():
        put(store, *page[:120], connection=key)
        put(store, *page[120:], connection=key)
    yield store, documents
    store.close()


def expected(
    documents: dict[int, list[Incoming]], scope: Scope, wanted: Filter
) -> list[tuple[int, Severity]]:
    """(time, severity) of what must match, newest first."""
    found = [
        (one.fields.time_ms or 0, severity_of(one.fields, Preset.CLASSIC))
        for key in SCOPES[scope]
        for one in documents[key]
        if _matches(one, key, wanted)
    ]
    return sorted(found, reverse=True)


def _matches(one: Incoming, connection: int, wanted: Filter) -> bool:
    fields, ms = one.fields, one.fields.time_ms or 0
    tenant = {3: ("tenant-2", "south")}.get(connection, ("tenant-1", "north"))
    title = "Unreadable document" if fields.unreadable else fields.title
    words = f"{title} {'' if fields.unreadable else fields.text}".lower().replace(";", "")
    mitre = (*fields.mitre.ids, *fields.mitre.techniques)
    return all(
        (
            wanted.since is None or ms >= to_ms(wanted.since),
            wanted.until is None or ms < to_ms(wanted.until),
            not wanted.severities or severity_of(fields, Preset.CLASSIC) in wanted.severities,
            wanted.min_level is None or (fields.level is not None and fields.level >= wanted.min_level),
            not wanted.tenant_ids or bool(wanted.tenant_ids & set(tenant)),
            not wanted.connection_ids
            or bool(wanted.connection_ids & {f"connection-{connection}", f"Source {connection}"}),
            wanted.rule is None or fields.rule == wanted.rule,
            wanted.group is None or wanted.group in fields.groups,
            wanted.device is None or fields.device == wanted.device,
            wanted.user is None or fields.user == wanted.user,
            wanted.mitre is None or wanted.mitre in mitre,
            wanted.network is None or any(_within(address, wanted.network) for address in fields.addresses),
            wanted.text is None or _says(words, wanted.text.lower()),
            not wanted.unreadable_only or fields.unreadable is not None,
        )
    )


def _within(address: object, network: IPNetwork) -> bool:
    return address in network


def _says(words: str, text: str) -> bool:
    if text.startswith('"'):
        return text.strip('"') in words
    return set(text.split()) <= set(words.split())


def _moment(created_at: str) -> int:
    return to_ms(datetime.fromisoformat(created_at))


@pytest.mark.slow
@pytest.mark.parametrize("scope", SCOPES, ids=["all", "north", "south", "nobody"])
@pytest.mark.parametrize("wanted", FILTERS, ids=named)
def test_every_way_of_asking_gives_the_same_alerts(
    world: tuple[Database, dict[int, list[Incoming]]], wanted: Filter, scope: Scope
) -> None:
    store, documents = world
    must = expected(documents, scope, wanted)
    with store.read() as session:
        listed = queries.page(session, scope, wanted, limit=500).alerts
        assert [(_moment(row.created_at), row.severity) for row in listed] == must[:500]
        assert queries.count(session, scope, wanted) == len(must)
        counts = Counter(severity for _, severity in must)
        assert queries.severity_counts(session, scope, wanted) == {one: counts[one] for one in Severity}
        pages = max(1, -(-len(must) // 7))
        for number in {1, 2, pages // 2, pages, pages + 5} - {0}:
            numbered = queries.numbered_page(session, scope, wanted, number=number, size=7)
            shown = min(number, pages)
            assert (numbered.number, numbered.pages, numbered.total) == (shown, pages, len(must))
            moments = [_moment(row.created_at) for row in numbered.alerts]
            assert moments == [ms for ms, _ in must[(shown - 1) * 7 : shown * 7]]


@pytest.mark.slow
@pytest.mark.parametrize("wanted", FILTERS, ids=named)
def test_pages_beyond_what_is_counted_are_the_same_and_the_last_is_reached(
    world: tuple[Database, dict[int, list[Incoming]]], wanted: Filter
) -> None:
    store, documents = world
    must = [ms for ms, _ in expected(documents, EVERYTHING, wanted)]
    size, most, seen = 7, 14, list[int]()
    with store.read() as session:
        for number in itertools.count(1):
            numbered = queries.numbered_page(session, EVERYTHING, wanted, number=number, size=size, most=most)
            seen += [_moment(row.created_at) for row in numbered.alerts]
            total = numbered.total
            assert total == (max(most, number * size) if numbered.is_more else len(must))
            assert numbered.pages == max(1, -(-total // size))
            if number >= numbered.pages and not numbered.is_more:
                break
        assert seen == must
        last = queries.numbered_page(session, EVERYTHING, wanted, number=10**9, size=size, most=most)
    assert (last.number, last.total, last.is_more) == (max(1, -(-len(must) // size)), len(must), False)
    assert [_moment(row.created_at) for row in last.alerts] == must[(last.number - 1) * size :]


@pytest.mark.slow
@pytest.mark.parametrize("step_minutes", [15, 60, 180])
@pytest.mark.parametrize("wanted", [f for f in FILTERS if f.since is None and f.until is None], ids=named)
def test_a_histogram_is_exact(
    world: tuple[Database, dict[int, list[Incoming]]], wanted: Filter, step_minutes: int
) -> None:
    store, documents = world
    since, until = ago(hours=13, minutes=17), ago(minutes=23)
    must = Counter(
        (ms // (step_minutes * 60_000), severity)
        for ms, severity in expected(documents, EVERYTHING, wanted)
        if to_ms(since) <= ms < to_ms(until)
    )
    with store.read() as session:
        bars = queries.histogram(
            session,
            EVERYTHING,
            replace(wanted, since=since, until=until),
            step=timedelta(minutes=step_minutes),
        )
    assert bars[0].from_ms <= to_ms(since) < bars[0].to_ms
    assert bars[-1].from_ms < to_ms(until) <= bars[-1].to_ms
    assert all(one.to_ms == other.from_ms for one, other in itertools.pairwise(bars))
    found = Counter(
        {
            (bar.from_ms // (step_minutes * 60_000), severity): n
            for bar in bars
            for severity, n in bar.counts.items()
        }
    )
    assert +found == must


@pytest.mark.parametrize(
    "wanted", [ALL, Filter(group="sshd"), Filter(network=ip_network("203.0.113.0/24"))], ids=named
)
def test_pages_are_whole_while_new_alerts_arrive(store: Database, wanted: Filter) -> None:
    put(store, *[document(n, at=ago(minutes=n // 3)) for n in range(100)])
    seen: list[str] = []
    cursor, number = None, 1000
    while True:
        with store.read() as session:
            got = queries.page(session, NORTH, wanted, cursor=cursor, limit=9)
        seen += [row.id for row in got.alerts]
        put(store, document(number, at=NOW + timedelta(seconds=number)))
        number += 1
        cursor = got.next
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 100
    assert seen == sorted(seen, reverse=True)


def test_a_cursor_of_another_kind_is_named(store: Database) -> None:
    with store.read() as session, pytest.raises(Invalid) as caught:
        queries.page(session, EVERYTHING, ALL, cursor="page 2")
    assert caught.value.field == "cursor"


def test_operators_in_a_text_are_words(store: Database) -> None:
    put(store, document(1, text="alpha AND (beta) NEAR tenant:t2 c*"), document(2, text="alpha beta"))
    with store.read() as session:
        for text in ("AND", "(beta) NEAR", '"beta near tenant t2"', "tenant:t2", "alpha NOT", 'x" OR "alpha'):
            n = queries.count(session, EVERYTHING, Filter(text=text))
            assert n == (0 if text in ("alpha NOT", 'x" OR "alpha') else 1), text
        assert queries.count(session, EVERYTHING, Filter(text="t1")) == 0
        assert queries.count(session, EVERYTHING, Filter(text="---")) == 0
        assert queries.count(session, EVERYTHING, Filter(text="(beta) _ - ___")) == 2, "no words"


def test_source_documents_are_those_of_active_connections(store: Database) -> None:
    put(store, *[document(n, at=ago(minutes=n * 10)) for n in range(160)])
    put(store, *[document(n, at=ago(minutes=n, seconds=1)) for n in range(10)], connection=2)
    put(store, document(1), connection=3)
    with store.read() as session:
        whole = queries.source_documents_page(session, NORTH, number=1, size=500, now=NOW)
        assert whole.total == len(whole.documents) == 145 + 10
        assert whole.documents[0].document == document(0).raw
        paged = [
            row.doc_id
            for number in range(1, 40)
            for row in queries.source_documents_page(session, NORTH, number=number, size=4, now=NOW).documents
        ]
        assert paged == [row.doc_id for row in whole.documents]
        assert queries.source_documents_page(session, NORTH, number=40, size=4, now=NOW).documents == []
    with store.write() as session:
        paused = session.get(Connection, 2)
        assert paused
        paused.is_active = False
    with store.read() as session:
        left = queries.source_documents_page(session, EVERYTHING, number=1, size=5, now=NOW)
        assert left.total == 145 + 1
        states = {row.connection: row.connection_state for row in queries.page(session, NORTH, ALL).alerts}
    assert states == {"Source 1": "active", "Source 2": "paused"}


def test_an_alert_of_another_tenant_is_not_found(store: Database) -> None:
    outcome = put(store, document(1), connection=3).outcomes[0]
    with store.read() as session:
        assert queries.alert_by_key(session, SOUTH, outcome.key).doc_id == "doc-1"
        for ask in (
            lambda: queries.alert_by_key(session, NORTH, outcome.key),
            lambda: queries.around(session, NORTH, outcome.key),
            lambda: queries.alert_by_origin(session, NORTH, "connection-3", document().index, "doc-1"),
            lambda: queries.recount(session, NORTH, 3, None, None),
            lambda: queries.alert_by_key(session, NORTH, 5),
        ):
            with pytest.raises(NotFound):
                ask()
        assert queries.source_documents_page(session, NORTH, number=1, size=9, now=NOW).total == 0
        assert queries.top(session, NORTH, ALL, "rule").items == []
        named = Filter(connection_ids=frozenset({"connection-3"}))
        assert queries.page(session, NORTH, named).alerts == []


def test_a_row_is_the_json_of_the_api(store: Database) -> None:
    put(store, document(1, addresses=["::ffff:203.0.113.9", "2001:db8::1"]))
    with store.read() as session:
        row = queries.page(session, NORTH, ALL).alerts[0]
    assert msgspec.json.decode(msgspec.json.encode(row)) == {
        "id": row.id,
        "created_at": "2026-11-21T12:07:30.000Z",
        "stored_at": "2026-11-21T12:07:30.000Z",
        "severity": 2,
        "severity_name": "medium",
        "level": 5,
        "rule": "5710",
        "title": "sshd: Attempt to login using a non-existent user",
        "tenant": "North",
        "tenant_id": "tenant-1",
        "connection": "Source 1",
        "connection_id": "connection-1",
        "connection_state": "active",
        "device": "web-01",
        "source_address": "203.0.113.9",
        "user": "root",
        "status": None,
        "is_finding": False,
        "unreadable": None,
        "incident": None,
    }
