"""Several workers and one source: one holds it, for a while, and only its holder records anything."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.base.scope import SYSTEM
from lamis.connections import actions, claims
from lamis.connections.claims import Claim, ClaimLost
from lamis.connections.models import Connection
from lamis.connections.rules import CLAIM_MS
from lamis.storage.engine import Database
from tests.connections.world import NOON, PASSED, VAULT, add, draft, tenant
from tests.engines.locks import wait_for_a_waiter
from tests.engines.waiting import PATIENCE_S

JUST_BEFORE = NOON + timedelta(milliseconds=CLAIM_MS - 1)
EXPIRED = NOON + timedelta(milliseconds=CLAIM_MS)


@pytest.fixture
def source(database: Database) -> str:
    with database.write() as session:
        return add(session, tenant(session, "acme")).id


def claim(database: Database, *, now: datetime = NOON, healthy_only: bool = False) -> Claim | None:
    with database.ingest() as session:
        return claims.claim_next(session, now=now, healthy_only=healthy_only)


def held(database: Database, *, now: datetime = NOON) -> Claim:
    found = claim(database, now=now)
    assert found
    return found


def row(database: Database, connection_id: str) -> Connection:
    with database.read() as session:
        return session.query(Connection).filter_by(id=connection_id).one()


def let_go(session: Session, one: Claim, *, due_ms: int = 0, was_polled: bool = True) -> None:
    claims.let_go(session, one, due_ms=due_ms, values={"failures": 7}, was_polled=was_polled)


def test_of_many_workers_at_once_one_takes_the_source(database: Database, source: str) -> None:
    together = threading.Barrier(6)

    def take(_: int) -> Claim | None:
        together.wait(PATIENCE_S)
        return claim(database)

    with ThreadPoolExecutor(6) as pool:
        taken = [one for one in pool.map(take, range(6)) if one]
    assert [one.connection.id for one in taken] == [source]


def test_a_reader_that_saw_it_free_does_not_take_it_a_second_time(database: Database, source: str) -> None:
    """The look and the claim are two statements; another worker may come in between."""
    with database.ingest() as session:
        seen = session.query(Connection).filter_by(id=source).one()
        taken = "UPDATE connection SET fence = fence + 1, claimed_until_ms = :until"
        session.execute(text(taken), {"until": to_ms(EXPIRED)})
        assert seen.fence == 0  # what this worker believes
        assert claims.claim_next(session, now=NOON) is None


def test_a_claim_lasts_until_it_expires_and_is_renewed_by_its_holder(database: Database, source: str) -> None:
    first = held(database)
    assert claim(database, now=JUST_BEFORE) is None
    with database.ingest() as session:
        assert claims.renew(session, first, now=JUST_BEFORE)
    assert claim(database, now=EXPIRED) is None
    second = held(database, now=JUST_BEFORE + timedelta(milliseconds=CLAIM_MS))
    assert second.fence == first.fence + 1
    with database.ingest() as session:
        assert not claims.renew(session, first, now=EXPIRED)
        assert claims.renew(session, second, now=EXPIRED)


def test_a_dead_workers_source_is_taken_up_within_twelve_seconds(database: Database, source: str) -> None:
    dead = held(database)
    assert claim(database, now=NOON + timedelta(seconds=11)) is None, "it is renewed three times by then"
    assert held(database, now=NOON + timedelta(seconds=12)).fence == dead.fence + 1


RECORDS: list[Callable[[Session, Claim], None]] = [
    lambda session, one: claims.hold(session, one, now=EXPIRED),
    lambda session, one: claims.keep_facts(session, one, {"failures": 7}),
    let_go,
]


@pytest.mark.parametrize("record", RECORDS)
def test_an_old_claim_records_nothing(
    database: Database, source: str, record: Callable[[Session, Claim], None]
) -> None:
    first, second = held(database), held(database, now=EXPIRED)
    with pytest.raises(ClaimLost), database.ingest() as session:
        record(session, first)
    with database.ingest() as session:
        claims.give_up(session, first)  # does not let go of what another holds
    found = row(database, source)
    assert (found.failures, found.fence) == (0, second.fence)
    assert found.claimed_until_ms > to_ms(EXPIRED)


def _edit(session: Session, source: str) -> None:
    actions.edit_connection(session, SYSTEM, source, draft(poll_s=60), vault=VAULT, tested=PASSED, now=NOON)


EDITS: list[Callable[[Session, str], object]] = [
    _edit,
    lambda session, source: actions.set_active(session, SYSTEM, source, is_active=False, now=NOON),
    lambda session, source: actions.remove_connection(session, SYSTEM, source, now=NOON),
    lambda session, source: actions.accept_identity(session, SYSTEM, source, now=NOON),
]


@pytest.mark.slow
@pytest.mark.parametrize("record", RECORDS)
@pytest.mark.parametrize("edit", EDITS)
def test_what_old_settings_brought_is_not_recorded_after_an_edit(
    database: Database,
    source: str,
    record: Callable[[Session, Claim], None],
    edit: Callable[[Session, str], object],
) -> None:
    """Also where the edit falls into the same millisecond as the one before."""
    one = held(database)
    with database.write() as session:
        edit(session, source)
    with pytest.raises(ClaimLost), database.ingest() as session:
        record(session, one)
    with database.ingest() as session:
        claims.give_up(session, one)
    found = row(database, source)
    assert (found.claimed_until_ms, found.due_ms, found.failures) == (0, 0, 0)


def test_what_is_let_go_is_due_when_it_says(database: Database, source: str) -> None:
    one, later = held(database), NOON + timedelta(seconds=5)
    with database.ingest() as session:
        let_go(session, one, due_ms=to_ms(later))
    assert claim(database, now=later - timedelta(milliseconds=1)) is None
    assert held(database, now=later).connection.failures == 7


def test_a_slice_without_a_poll_answers_no_refresh(database: Database, source: str) -> None:
    with database.write() as session:
        actions.ask_refresh(session, SYSTEM)
    one = held(database)
    assert one.is_forced
    with database.ingest() as session:
        let_go(session, one, due_ms=1, was_polled=False)
    two = held(database)
    assert two.is_forced
    with database.ingest() as session:
        let_go(session, two, due_ms=1)
    assert not held(database).is_forced


def test_healthy_sources_leave_those_that_failed_to_others(database: Database, source: str) -> None:
    one = held(database)
    with database.ingest() as session:
        let_go(session, one)
    assert claim(database, healthy_only=True) is None
    assert claim(database)


def test_a_start_frees_and_makes_due_whatever_was_held(database: Database, source: str) -> None:
    one = held(database)
    with database.write() as session:
        claims.start_over(session)
    two = held(database)
    assert two.fence > one.fence + 1
    with pytest.raises(ClaimLost), database.ingest() as session:
        claims.hold(session, one, now=NOON)


def test_a_lost_claim_undoes_the_whole_commit(database: Database, source: str) -> None:
    first = held(database)
    held(database, now=EXPIRED)
    with pytest.raises(ClaimLost), database.ingest() as session:
        session.execute(text("UPDATE source_window SET here = 5"))
        claims.hold(session, first, now=EXPIRED)
    with database.read() as session:
        assert session.execute(text("SELECT sum(here) FROM source_window")).scalar_one() == 0


@pytest.mark.engine
def test_a_reread_beside_the_end_of_a_slice_waits_for_nobody_who_waits_for_it(
    postgres_database: Database,
) -> None:
    with postgres_database.write() as session:
        source = add(session, tenant(session, "acme")).id
    claimed = held(postgres_database)

    def ask() -> int:
        with postgres_database.write() as session:
            return actions.ask_reread(
                session, SYSTEM, source, since=NOON - timedelta(hours=1), until=NOON, now=NOON
            )

    with ThreadPoolExecutor() as pool:
        with postgres_database.ingest() as session:
            claims.hold(session, claimed, now=NOON)
            asked = pool.submit(ask)
            wait_for_a_waiter(postgres_database, "the person at the lock")
            session.execute(text("UPDATE source_window SET here = here + 1"))
        assert asked.result() == 1


@pytest.mark.engine
def test_who_is_too_late_for_a_source_takes_the_next_one(postgres_database: Database) -> None:
    with postgres_database.write() as session:
        acme = tenant(session, "acme")
        first = add(session, acme).id
        second = add(session, acme, name="second", url="https://192.0.2.2:9200").id
    with ThreadPoolExecutor() as pool:
        with postgres_database.ingest() as session:
            assert (taken := claims.claim_next(session, now=NOON))
            late = pool.submit(claim, postgres_database)
            wait_for_a_waiter(postgres_database, "the second worker at the lock")
        assert (other := late.result())
    assert {taken.connection.id, other.connection.id} == {first, second}
