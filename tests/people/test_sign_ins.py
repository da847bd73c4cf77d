"""Tries and sessions."""

from datetime import UTC, datetime, timedelta

import pytest

from lamis.base.errors import NotFound, TooSoon
from lamis.base.scope import SYSTEM, Actor
from lamis.people import actions, queries, rules, sign_ins
from lamis.people.digests import digest
from lamis.people.models import FailedSignIn, WebSession
from lamis.storage.engine import Database

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HERE = "192.0.2.1"


def tries_before_wait(database: Database, *, names: list[str], addresses: list[str]) -> int:
    for count in range(200):
        try:
            with database.write() as session:
                name, address = names[count % len(names)], addresses[count % len(addresses)]
                sign_ins.begin_try(session, name=name, address=address, now=NOW)
        except TooSoon:
            return count
    return 200


def test_a_name_waits_after_a_few_tries_from_anywhere_whether_it_exists_or_not(database: Database) -> None:
    with database.write() as session:
        actions.add_person(session, SYSTEM, name="Vera", now=NOW)
    many = [f"192.0.2.{number}" for number in range(200)]
    assert tries_before_wait(database, names=["Vera", "VERA"], addresses=many) == rules.TRIES_FREE_BY_NAME
    assert tries_before_wait(database, names=["Nobody"], addresses=many) == rules.TRIES_FREE_BY_NAME


def test_an_address_waits_after_more_tries_of_any_names(database: Database) -> None:
    names = [f"name {number}" for number in range(200)]
    same_network = [f"2001:db8::{number:x}" for number in range(200)]
    assert tries_before_wait(database, names=names, addresses=same_network) == rules.TRIES_FREE_BY_ADDRESS
    with database.write() as session:
        sign_ins.begin_try(session, name="somebody else", address=HERE, now=NOW)


def test_the_wait_is_told_and_passes(database: Database) -> None:
    tries_before_wait(database, names=["Vera"], addresses=[HERE])
    with database.write() as session, pytest.raises(TooSoon) as waiting:
        sign_ins.begin_try(session, name="Vera", address=HERE, now=NOW)
    assert waiting.value.retry_after == timedelta(seconds=1)
    with database.write() as session:
        sign_ins.begin_try(session, name="Vera", address=HERE, now=NOW + timedelta(seconds=1))


def test_tries_are_forgotten_after_an_hour(database: Database) -> None:
    tries_before_wait(database, names=["Vera"], addresses=[HERE])
    later = NOW + timedelta(hours=1, seconds=1)
    with database.write() as session:
        sign_ins.begin_try(session, name="Other", address="192.0.2.99", now=later)
        assert {
            row.failures for row in queries.failed_tries(session, ["address:192.0.2.1"]).values()
        } == set()


def test_tries_of_a_clock_that_went_back_are_forgotten(database: Database) -> None:
    assert tries_before_wait(database, names=["Vera"], addresses=[HERE]) == rules.TRIES_FREE_BY_NAME
    with database.write() as session:
        sign_ins.begin_try(session, name="Vera", address=HERE, now=NOW - timedelta(days=1))


def test_a_right_password_forgives_the_name_and_its_own_try(database: Database) -> None:
    with database.write() as session:
        for _ in range(3):
            attempt = sign_ins.begin_try(session, name="Vera", address=HERE, now=NOW)
            session.flush()
        sign_ins.forgive(session, attempt)
        session.flush()
        by_name, by_address = attempt.subjects
        assert session.get(FailedSignIn, by_name) is None
        kept = session.get(FailedSignIn, by_address)
        assert kept
        assert kept.failures == 2


def test_the_store_holds_neither_names_tried_nor_cookies(database: Database) -> None:
    with database.write() as session:
        vera = actions.add_person(session, SYSTEM, name="Vera", now=NOW).person_id
        attempt = sign_ins.begin_try(session, name="my password by mistake", address=HERE, now=NOW)
        assert all("mistake" not in subject for subject in attempt.subjects)
        token = sign_ins.start_session(session, vera, address=HERE, agent="x" * 500, hours=1, now=NOW)
        row = session.get(WebSession, digest(token))
        assert row
        assert token not in {row.digest, row.id, row.csrf}
        assert len(row.agent) == 200


def start(database: Database, name: str = "Vera") -> tuple[str, str]:
    with database.write() as session:
        person_id = actions.add_person(session, SYSTEM, name=name, now=NOW).person_id
        return person_id, sign_ins.start_session(session, person_id, address=HERE, agent="", hours=2, now=NOW)


def is_live(database: Database, token: str, now: datetime) -> bool:
    with database.read() as session:
        return queries.live_session(session, digest(token), now=now) is not None


def test_a_session_ends_when_it_is_not_used(database: Database) -> None:
    _, token = start(database)
    assert is_live(database, token, NOW + timedelta(minutes=119))
    assert not is_live(database, token, NOW + timedelta(hours=2))


def test_use_puts_the_end_off_but_not_past_thirty_days(database: Database) -> None:
    _, token = start(database)
    now = NOW
    while is_live(database, token, now):
        now += timedelta(minutes=100)
        with database.write() as session:
            sign_ins.touch_session(session, token, address=HERE, hours=2, now=now)
    assert timedelta(days=29, hours=22) < now - NOW <= timedelta(days=30, minutes=100)


def test_only_a_use_long_ago_is_written_again(database: Database) -> None:
    _, token = start(database)
    with database.read() as session:
        info = queries.session_of(session, digest(token), now=NOW)
    assert info
    assert not sign_ins.is_stale(info, now=NOW + timedelta(seconds=59))
    assert sign_ins.is_stale(info, now=NOW + timedelta(seconds=60))


def test_one_revokes_only_own_sessions(database: Database) -> None:
    vera, token = start(database)
    mallory, _ = start(database, "Mallory")
    with database.write() as session:
        listed = queries.sessions_of(session, vera, now=NOW)
        with pytest.raises(NotFound):
            sign_ins.revoke_session(session, Actor(mallory, "Mallory"), listed[0].id, now=NOW)
        sign_ins.revoke_session(session, Actor(vera, "Vera"), listed[0].id, now=NOW)
    assert not is_live(database, token, NOW)


def test_others_are_revoked_and_the_own_stays(database: Database) -> None:
    vera, token = start(database)
    with database.write() as session:
        other = sign_ins.start_session(session, vera, address=HERE, agent="", hours=2, now=NOW)
        own = queries.live_session(session, digest(token), now=NOW)
        assert own
        sign_ins.revoke_others(session, Actor(vera, "Vera"), keep=own.id, now=NOW)
    assert is_live(database, token, NOW)
    assert not is_live(database, other, NOW)


def test_signing_out_twice_is_signing_out(database: Database) -> None:
    _, token = start(database)
    for _ in range(2):
        with database.write() as session:
            sign_ins.end_session(session, token, now=NOW)
    assert not is_live(database, token, NOW)
    with database.write() as session, pytest.raises(NotFound):
        sign_ins.switch_tenant(session, token, tenant_key=None, now=NOW)
