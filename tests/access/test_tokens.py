"""Access tokens of the API."""

from datetime import timedelta

import jwt
import pytest

from lamis.access.tokens import make_token, token_actor, token_for
from lamis.base.errors import NotSignedIn
from lamis.base.scope import SYSTEM
from lamis.people import actions
from lamis.storage.engine import Database
from lamis.storage.runtime import Runtime
from tests.access.given import HERE, HOUR, NOW, PASSWORD, make_person, make_runtime


def who(runtime: Runtime, token: str, now=NOW) -> str:
    with runtime.database.read() as session:
        return token_actor(session, token, signing=runtime.keys.signing, now=now).name


def test_a_token_names_its_person_until_it_ends_and_after_a_restart(database: Database) -> None:
    make_person(database)
    token, life = token_for(make_runtime(database), "Vera", PASSWORD, address=HERE, now=NOW)
    assert life == 12 * HOUR
    restarted = make_runtime(database)
    assert who(restarted, token, NOW + life - timedelta(seconds=1)) == "Vera"
    with pytest.raises(NotSignedIn):
        who(restarted, token, NOW + life)


def test_a_wrong_password_gets_no_token(database: Database) -> None:
    with pytest.raises(NotSignedIn):
        token_for(make_runtime(database), "Vera", PASSWORD, address=HERE, now=NOW)


def test_a_token_ends_with_the_password_and_with_the_person(database: Database) -> None:
    runtime = make_runtime(database)
    vera = make_person(database, password=None)
    first, _ = make_token(runtime, vera, epoch=0, now=NOW)
    assert who(runtime, first) == "Vera"
    with database.write() as session:
        actions.reset_password(session, "Vera", password=PASSWORD, now=NOW)
    with pytest.raises(NotSignedIn):
        who(runtime, first)
    second, _ = make_token(runtime, vera, epoch=1, now=NOW)
    assert who(runtime, second) == "Vera"
    with database.write() as session:
        actions.remove_person(session, SYSTEM, vera, now=NOW)
    for epoch in (1, 2, None):
        late, _ = make_token(runtime, vera, epoch=epoch, now=NOW)
        with pytest.raises(NotSignedIn):
            who(runtime, late)


def test_nobody_else_can_sign_a_token(database: Database) -> None:
    runtime = make_runtime(database)
    vera = make_person(database, password=None)
    claims = {"sub": vera, "epoch": 0, "aud": "lamis-api", "exp": NOW + HOUR}
    forged = [
        jwt.encode(claims, "x" * 48, algorithm="HS256"),
        jwt.encode(claims, None, algorithm="none"),
        jwt.encode(claims | {"aud": "lamis-messages"}, runtime.keys.signing, algorithm="HS256"),
        jwt.encode({"sub": vera, "epoch": 0, "aud": "lamis-api"}, runtime.keys.signing, algorithm="HS256"),
        jwt.encode(claims | {"sub": "nobody"}, runtime.keys.signing, algorithm="HS256"),
        "",
        "nonsense",
        "a.b.c",
    ]
    for token in forged:
        with pytest.raises(NotSignedIn):
            who(runtime, token)
