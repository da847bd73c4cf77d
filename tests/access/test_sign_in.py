"""Proving who one is by name and password."""

from datetime import timedelta

import pytest

from lamis.access.sign_in import WRONG, check_password, sign_in
from lamis.base.errors import NotSignedIn, TooSoon
from lamis.base.scope import SYSTEM
from lamis.people import actions, queries
from lamis.people.digests import digest
from lamis.storage.engine import Database
from tests.access.given import HERE, NOW, PASSWORD, make_person, make_runtime


def check(database: Database, name: str, password: str) -> str:
    return check_password(database, name, password, address=HERE, now=NOW)


def test_the_right_password_names_the_person_whatever_the_case_of_the_name(database: Database) -> None:
    vera = make_person(database)
    assert check(database, "VERA", PASSWORD) == vera


def test_every_wrong_way_is_answered_alike(database: Database) -> None:
    make_person(database)
    make_person(database, "Fresh", password=None)
    gone = make_person(database, "Gone")
    with database.write() as session:
        actions.remove_person(session, SYSTEM, gone, now=NOW)
    for name, password in (
        ("Vera", "wrong"),
        ("Nobody", PASSWORD),
        ("Fresh", ""),
        ("Gone", PASSWORD),
        ("", ""),
    ):
        with pytest.raises(NotSignedIn) as told:
            check(database, name, password)
        assert told.value.message == WRONG


def test_a_right_password_forgives_the_wrong_ones_before(database: Database) -> None:
    make_person(database)
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(NotSignedIn):
                check(database, "Vera", "wrong")
        check(database, "Vera", PASSWORD)


def test_while_throttled_even_the_right_password_waits(database: Database) -> None:
    make_person(database)
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            check(database, "Vera", "wrong")
    with pytest.raises(TooSoon):
        check(database, "Vera", PASSWORD)
    later = NOW + timedelta(seconds=1)
    assert check_password(database, "Vera", PASSWORD, address=HERE, now=later)


def test_signing_in_starts_a_session_of_the_settings_length(database: Database) -> None:
    vera = make_person(database)
    runtime = make_runtime(database, session_hours=2)
    token = sign_in(runtime, "Vera", PASSWORD, address=HERE, agent="Firefox", now=NOW)
    with database.read() as session:
        info = queries.session_of(session, digest(token), now=NOW)
    assert info
    assert (info.person_id, info.address, info.agent) == (vera, HERE, "Firefox")
    assert info.expires_at == NOW + timedelta(hours=2)
