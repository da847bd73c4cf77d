"""Lists of incidents, one of them, and what changed."""

import pytest

from lamis.alerts.types import Severity
from lamis.base.errors import Invalid, NotFound
from lamis.base.scope import EVERYTHING, SYSTEM, Scope
from lamis.incidents import actions_work, queries
from lamis.incidents.types import IncidentFilter, State, Verdict
from lamis.storage.engine import Database
from tests.alerts.world import NORTH, NOW, SOUTH, settle
from tests.incidents.world import ANY, high, later, person, rows, take

NOBODY = Scope(frozenset())


@pytest.fixture
def store(database: Database) -> Database:
    """North: 1 to 5, of which 2 is closed and 3 is acknowledged; South: 6."""
    settle(database)
    for number in range(1, 6):
        level = 12 if number == 5 else 8
        title = f"Brute_force {number}" if number < 3 else f"Web 100% scan {number}"
        take(
            database,
            high(number, device=f"d{number}", level=level, title=title),
            now=later(minutes=number),
        )
    take(database, high(6), connection=3, now=later(minutes=6))
    ids = [row.id for row in rows(database)]
    with database.write() as session:
        actions_work.close(session, SYSTEM, ids[1], verdict=Verdict.BENIGN, now=NOW)
        actions_work.acknowledge(session, SYSTEM, ids[2], now=NOW)
    return database


def numbers(store: Database, wanted: IncidentFilter, scope: Scope = EVERYTHING) -> list[int]:
    with store.read() as session:
        found = queries.page(session, scope, wanted, now=NOW).incidents
        assert queries.count(session, scope, wanted) == len(found)
    return [row.number for row in found]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (ANY, [6, 5, 4, 3, 2, 1]),
        (IncidentFilter(states=frozenset({State.OPEN})), [6, 5, 4, 1]),
        (IncidentFilter(states=frozenset({State.CLOSED})), [2]),
        (IncidentFilter(severities=frozenset({Severity.CRITICAL})), [5]),
        (IncidentFilter(tenant_ids=frozenset({"tenant-2"})), [6]),
        (IncidentFilter(tenant_ids=frozenset({"NORTH", "nowhere"})), [5, 4, 3, 2, 1]),
        (IncidentFilter(text="brute"), [2, 1]),
        (IncidentFilter(text="SCAN web"), [5, 4, 3]),
        (IncidentFilter(text="100%"), [5, 4, 3]),
        (IncidentFilter(text="e_f"), [2, 1]),
        (IncidentFilter(text="b%e"), []),
        (IncidentFilter(number=4), [4]),
        (IncidentFilter(number=99), []),
        (IncidentFilter(assignee_id=""), [6, 5, 4, 3, 2, 1]),
        (IncidentFilter(assignee_id="somebody"), []),
    ],
)
def test_the_last_opened_come_first_and_filters_narrow(
    store: Database, wanted: IncidentFilter, expected: list[int]
) -> None:
    assert numbers(store, wanted) == expected


def test_a_scope_sees_its_own(store: Database) -> None:
    assert numbers(store, ANY, SOUTH) == [6]
    assert numbers(store, ANY, NOBODY) == []
    assert numbers(store, IncidentFilter(number=6), NORTH) == []


def test_pages_go_on_until_the_end(store: Database) -> None:
    seen, cursor = [], None
    with store.read() as session:
        while True:
            page = queries.page(session, EVERYTHING, ANY, now=NOW, cursor=cursor, limit=4)
            seen += [row.number for row in page.incidents]
            if (cursor := page.next) is None:
                break
    assert seen == [6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize("cursor", ["", "x", "1", "1.", "-1.1", f"{1 << 70:x}.1"])
def test_a_made_up_cursor_is_refused(store: Database, cursor: str) -> None:
    with store.read() as session, pytest.raises(Invalid):
        queries.page(session, EVERYTHING, ANY, now=NOW, cursor=cursor)


def test_what_waits_is_counted_by_severity(store: Database) -> None:
    with store.read() as session:
        assert queries.waiting_counts(session, EVERYTHING) == {
            Severity.LOW: 0,
            Severity.MEDIUM: 0,
            Severity.HIGH: 4,
            Severity.CRITICAL: 1,
        }
        assert sum(queries.waiting_counts(session, SOUTH).values()) == 1


def test_one_is_found_by_id_and_by_number_in_scope_only(store: Database) -> None:
    with store.read() as session:
        found = queries.incident_by_number(session, NORTH, 1, now=NOW)
        assert queries.incident_by_id(session, NORTH, found.row.id, now=NOW) == found
        for scope in (SOUTH, NOBODY):
            with pytest.raises(NotFound):
                queries.incident_by_number(session, scope, 1, now=NOW)
            with pytest.raises(NotFound):
                queries.incident_by_id(session, scope, found.row.id, now=NOW)
        with pytest.raises(NotFound):
            queries.incident_by_number(session, EVERYTHING, 99, now=NOW)


def test_what_changed_is_told_in_any_state(store: Database) -> None:
    with store.read() as session:
        heads = dict(session.connection().exec_driver_sql("SELECT stream, last FROM journal_counter").all())
        since = {1: heads["tenant:1"] - 2, 2: heads["tenant:2"]}
        found = queries.changed(session, EVERYTHING, IncidentFilter(), since, now=NOW)
        assert [(row.number, row.state) for row in found.incidents] == [(2, "closed"), (3, "acknowledged")]
        assert queries.changed(session, SOUTH, IncidentFilter(), since, now=NOW).count == 0
        many = queries.changed(session, EVERYTHING, IncidentFilter(), {1: 0, 2: 0}, now=NOW, most=2)
        assert (many.count, many.incidents) == (3, ())


def test_a_removed_person_leaves_no_name(store: Database) -> None:
    ana = person(store, "Ana")
    with store.write() as session:
        actions_work.comment(session, ana, rows(store)[0].id, "x", now=NOW)
        session.connection().exec_driver_sql("UPDATE incident SET assignee_id = 'gone' WHERE key = 1")
    assert rows(store)[0].assignee == "somebody removed"
