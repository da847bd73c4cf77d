"""What a socket stands on, asked again."""

import pytest
from starlette.requests import Request

from lamis.access.callers import Caller
from lamis.access.credentials import Credential, credential_of, holder
from lamis.access.tokens import make_token
from lamis.base.errors import NotSignedIn
from lamis.base.scope import Actor
from lamis.people import sign_ins
from lamis.people.digests import digest
from lamis.storage.engine import Database
from tests.access.given import HERE, HOUR, NOW, make_person, make_runtime

SIGNING = "s" * 48


def request(**headers: str) -> Request:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": raw})


def test_a_session_stands_until_it_ends(database: Database) -> None:
    person_id = make_person(database, password=None)
    with database.write() as session:
        cookie = sign_ins.start_session(session, person_id, address=HERE, agent="", hours=12, now=NOW)
    credential = Credential("session", digest(cookie))
    with database.read() as session:
        assert holder(session, credential, signing=SIGNING, now=NOW).person_id == person_id
        with pytest.raises(NotSignedIn):
            holder(session, credential, signing=SIGNING, now=NOW + 13 * HOUR)
        with pytest.raises(NotSignedIn):
            holder(session, Credential("session", cookie), signing=SIGNING, now=NOW)


def test_a_token_stands_until_it_runs_out(database: Database) -> None:
    person_id = make_person(database, password=None)
    token, life = make_token(make_runtime(database), person_id, epoch=0, now=NOW)
    with database.read() as session:
        credential = Credential("token", token)
        assert holder(session, credential, signing=SIGNING, now=NOW).person_id == person_id
        with pytest.raises(NotSignedIn):
            holder(session, credential, signing=SIGNING, now=NOW + life)


def test_a_credential_is_what_the_caller_was_known_by() -> None:
    actor = Actor("p", "Vera")
    browser = Caller(actor=actor, via="session", address=HERE)
    script = Caller(actor=actor, via="token", address=HERE)
    sent = request(cookie="lamis_session=secret", authorization="Bearer  t.o.k ")
    assert credential_of(sent, browser) == Credential("session", digest("secret"))
    assert credential_of(sent, script) == Credential("token", "t.o.k")
