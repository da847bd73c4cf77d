"""Asking for a token, and who it belongs to."""

import pytest

from lamis.base.clock import utc_now
from lamis.base.scope import SYSTEM
from lamis.people.actions import remove_person, reset_password
from tests.api.conftest import Speak, World

PASSWORD = "four plain words here"


@pytest.fixture
def with_password(world: World) -> World:
    with world.runtime.database.write() as session:
        reset_password(session, "vera", password=PASSWORD, now=utc_now())
    return world


def test_name_and_password_give_a_token_that_works(with_password: World, speak: Speak) -> None:
    stranger = speak(None)
    answer = stranger.post("/api/v2/auth/token", data={"username": "Vera", "password": PASSWORD})
    assert answer.status_code == 200
    given = answer.json()
    assert set(given) == {"access_token", "token_type", "expires_in"}
    assert given["token_type"] == "bearer"
    assert given["expires_in"] >= 3600
    headers = {"Authorization": f"Bearer {given['access_token']}"}
    me = stranger.get("/api/v2/me", headers=headers).json()
    assert me["name"] == "vera"
    assert me["is_operator"] is False
    assert me["roles"] == [{"tenant": "Acme", "tenant_id": with_password.acme.id, "role": "viewer"}]


@pytest.mark.parametrize("name", ["vera", "no such person", "greg"])
def test_a_wrong_sign_in_tells_nothing_about_who_exists(
    with_password: World, speak: Speak, name: str
) -> None:
    answer = speak(None).post("/api/v2/auth/token", data={"username": name, "password": "wrong words here"})
    assert answer.status_code == 401
    assert answer.json()["error"] == "The name or the password is wrong."


def test_many_wrong_tries_have_to_wait(with_password: World, speak: Speak) -> None:
    stranger = speak(None)
    answers = [
        stranger.post("/api/v2/auth/token", data={"username": "vera", "password": "x"}) for _ in range(7)
    ]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer", "Basic dmVyYTp4", ""])
def test_a_wrong_or_missing_token_is_401_and_never_a_redirect(speak: Speak, header: str) -> None:
    answer = speak(None).get("/api/v2/me", headers={"Authorization": header}, follow_redirects=False)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["error"]


def test_a_token_ends_with_its_person(world: World, speak: Speak) -> None:
    vera = speak("vera")
    assert vera.get("/api/v2/me").status_code == 200
    with world.runtime.database.write() as session:
        remove_person(session, SYSTEM, world.ids["vera"], now=utc_now())
    assert vera.get("/api/v2/me").status_code == 401
