"""What people do with an incident, and what they may not."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lamis.base.errors import Conflict, Invalid, LamisError, NotAllowed, NotFound
from lamis.base.scope import EVERYTHING, SYSTEM, Actor, Role
from lamis.incidents import actions_work, queries
from lamis.incidents.types import Happening, Verdict
from lamis.journal.models import JournalEntry
from lamis.people.actions import set_role
from lamis.storage.engine import Database
from tests.alerts.world import NOW, settle
from tests.incidents.world import high, later, person, row, rows, take

Act = Callable[[Session, Actor, str], int]
ACTS: dict[str, Act] = {
    "acknowledged": lambda session, actor, id_: actions_work.acknowledge(session, actor, id_, now=NOW),
    "closed": lambda session, actor, id_: actions_work.close(
        session, actor, id_, verdict=Verdict.BENIGN, comment="Backup job.", now=NOW
    ),
    "commented": lambda session, actor, id_: actions_work.comment(session, actor, id_, " Hm. ", now=NOW),
    "assigned": lambda session, actor, id_: actions_work.assign(
        session, actor, id_, actor.person_id, now=NOW
    ),
    "muted": lambda session, actor, id_: actions_work.mute(
        session, actor, id_, until=later(hours=1), now=NOW
    ),
}


@pytest.fixture
def store(database: Database) -> Database:
    settle(database)
    take(database, high(1))
    return database


def history(store: Database) -> list[Happening]:
    with store.read() as session:
        found = queries.incident_by_id(session, EVERYTHING, rows(store)[0].id, now=NOW)
    return list(found.happenings)


def do(store: Database, actor: Actor, kind: str) -> int:
    with store.write() as session:
        return ACTS[kind](session, actor, rows(store)[0].id)


@pytest.mark.parametrize("kind", ACTS)
def test_each_act_is_told_to_the_journal_and_kept_in_the_history(store: Database, kind: str) -> None:
    ana = person(store, "Ana")
    assert do(store, ana, kind) == 1
    with store.read() as session:
        entry = session.scalars(select(JournalEntry).order_by(JournalEntry.number.desc()).limit(1)).one()
        changed = session.execute(text("SELECT journal_number FROM incident")).scalar_one()
    assert (entry.stream, entry.kind, entry.actor) == ("tenant:1", f"incident.{kind}", ana.person_id)
    assert entry.number == changed
    assert row(store).id == entry.subject["incident"]
    assert [(each.kind, each.actor) for each in history(store)] == [(kind, "Ana")]


@pytest.mark.parametrize("kind", ACTS)
def test_a_viewer_may_not_and_a_foreigner_finds_nothing(store: Database, kind: str) -> None:
    before = row(store)
    with pytest.raises(NotAllowed):
        do(store, person(store, "Vera", role=Role.VIEWER), kind)
    with pytest.raises(NotFound):
        do(store, person(store, "Greg", role=Role.ADMIN, tenant_key=2), kind)
    assert (row(store), history(store)) == (before, [])


def test_acknowledging_takes_what_is_nobodys_and_twice_is_once(store: Database) -> None:
    ana, bob = person(store, "Ana"), person(store, "Bob")
    do(store, ana, "acknowledged")
    do(store, bob, "acknowledged")
    assert (row(store).state, row(store).assignee) == ("acknowledged", "Ana")
    assert len(history(store)) == 1


def test_what_is_somebodys_stays_theirs_whoever_acknowledges(store: Database) -> None:
    ana, bob = person(store, "Ana"), person(store, "Bob")
    do(store, ana, "assigned")
    do(store, bob, "acknowledged")
    assert (row(store).state, row(store).assignee) == ("acknowledged", "Ana")


def test_the_system_acknowledges_for_nobody(store: Database) -> None:
    do(store, SYSTEM, "acknowledged")
    assert row(store).assignee is None


def test_closing_keeps_verdict_and_words(store: Database) -> None:
    do(store, person(store, "Ana"), "closed")
    found = row(store)
    assert (found.state, found.verdict, found.closed_at) == ("closed", "benign", "2026-11-21T12:07:30.000Z")
    assert [(each.detail, each.text) for each in history(store)] == [("benign", "Backup job.")]


@pytest.mark.parametrize("kind", ["closed", "acknowledged"])
def test_who_comes_second_is_told_who_closed_it(store: Database, kind: str) -> None:
    do(store, person(store, "Ana"), "closed")
    with pytest.raises(Conflict, match="already closed by Ana"):
        do(store, person(store, "Bob"), kind)


def _reopen(store: Database, number: int, *, now: datetime = NOW) -> None:
    with store.write() as session:
        actions_work.reopen(session, SYSTEM, rows(store)[number - 1].id, now=now)


def test_reopening_by_hand_makes_it_the_newest_work(store: Database) -> None:
    do(store, SYSTEM, "closed")
    _reopen(store, 1, now=later(hours=5))
    _reopen(store, 1, now=later(hours=6))
    found = row(store)
    assert (found.state, found.verdict, found.opened_at) == ("open", None, "2026-11-21T17:07:30.000Z")
    assert [each.kind for each in history(store)] == ["closed", "reopened"]


def test_what_was_followed_stays_closed(store: Database) -> None:
    do(store, SYSTEM, "closed")
    take(store, high(2, at=later(hours=5)), now=later(hours=5))
    with pytest.raises(Conflict, match="#2 followed #1"):
        _reopen(store, 1)


@pytest.mark.parametrize("words", ["", "  ", "x" * 4001])
def test_a_comment_says_something_within_reason(store: Database, words: str) -> None:
    with pytest.raises(Invalid) as told, store.write() as session:
        actions_work.comment(session, SYSTEM, row(store).id, words, now=NOW)
    assert told.value.field == "comment"


def test_an_overlong_comment_closes_nothing(store: Database) -> None:
    with pytest.raises(Invalid), store.write() as session:
        actions_work.close(
            session, SYSTEM, row(store).id, verdict=Verdict.BENIGN, comment="x" * 4001, now=NOW
        )
    assert row(store).state == "open"


def test_an_incident_is_given_on_and_laid_down(store: Database) -> None:
    ana, bob = person(store, "Ana"), person(store, "Bob")
    for assignee in (bob.person_id, bob.person_id, None):
        with store.write() as session:
            actions_work.assign(session, ana, row(store).id, assignee, now=NOW)
    assert row(store).assignee is None
    assert [each.detail for each in history(store)] == ["Bob", ""]


def test_it_is_given_only_to_those_who_may_work_on_it(store: Database) -> None:
    strangers = [
        person(store, "Vera", role=Role.VIEWER).person_id,
        person(store, "Greg", role=Role.ADMIN, tenant_key=2).person_id,
        "nobody",
    ]
    for assignee in strangers:
        with pytest.raises(Invalid), store.write() as session:
            actions_work.assign(session, SYSTEM, row(store).id, assignee, now=NOW)


def test_somebody_who_lost_the_role_still_has_a_name(store: Database) -> None:
    ana = person(store, "Ana")
    do(store, ana, "assigned")
    with store.write() as session:
        set_role(session, SYSTEM, ana.person_id, tenant_key=1, role=Role.VIEWER, now=NOW)
    assert row(store).assignee == "Ana"


def test_muting_ends_by_itself_and_by_hand(store: Database) -> None:
    do(store, SYSTEM, "muted")
    assert row(store).muted_until == "2026-11-21T13:07:30.000Z"
    with store.read() as session:
        after = queries.incident_by_id(session, EVERYTHING, row(store).id, now=later(hours=2))
    assert after.row.muted_until is None
    for _ in range(2):
        with store.write() as session:
            actions_work.mute(session, SYSTEM, row(store).id, until=None, now=NOW)
    assert row(store).muted_until is None
    assert [each.detail for each in history(store)] == ["2026-11-21T13:07:30.000Z", ""]


def test_muting_for_ever_is_refused(store: Database) -> None:
    with pytest.raises(LamisError), store.write() as session:
        actions_work.mute(session, SYSTEM, row(store).id, until=NOW + timedelta(days=90), now=NOW)
