"""Tenants over the API."""

import pytest

from tests.api.conftest import Speak, World

PATH = "/api/v2/tenants"


def test_everybody_sees_their_own_tenants(speak: Speak) -> None:
    def names(who: str) -> list[str]:
        return [tenant["name"] for tenant in speak(who).get(PATH).json()["tenants"]]

    assert names("olga") == ["Acme", "Globex"]
    assert names("vera") == ["Acme"]
    assert names("greg") == ["Globex"]
    assert names("nobody") == []


def test_an_unknown_and_a_foreign_tenant_are_the_same(world: World, speak: Speak) -> None:
    foreign = speak("vera").get(f"{PATH}/{world.globex.id}")
    unknown = speak("vera").get(f"{PATH}/none")
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.content == unknown.content


@pytest.mark.parametrize("who", ["anna", "nils", "vera", "nobody"])
def test_only_operators_make_and_change_tenants(world: World, speak: Speak, who: str) -> None:
    assert speak(who).post(PATH, json={"name": "Mine"}).status_code == 403
    changed = speak(who).patch(f"{PATH}/{world.acme.id}", json={"name": "Mine"})
    assert changed.status_code == (404 if who == "nobody" else 403)


def test_an_operator_makes_renames_archives_and_restores(world: World, speak: Speak) -> None:
    olga = speak("olga")
    made = olga.post(PATH, json={"name": "Initech"})
    assert made.status_code == 201
    assert made.json()["created_at"].endswith("Z")
    path = f"{PATH}/{made.json()['id']}"
    assert olga.patch(path, json={"name": "Initrode", "retention_days": 30}).json()["retention_days"] == 30
    assert olga.get(path).json()["name"] == "Initrode"
    assert olga.patch(path, json={"retention_days": None}).json()["retention_days"] is None
    assert olga.patch(path, json={"is_archived": True}).json()["is_archived"] is True
    assert "Initrode" not in [tenant["name"] for tenant in olga.get(PATH).json()["tenants"]]
    with_archived = olga.get(PATH, params={"archived": "true"}).json()["tenants"]
    assert "Initrode" in [tenant["name"] for tenant in with_archived]
    assert olga.patch(path, json={"is_archived": False}).json()["archived_at"] is None


@pytest.mark.parametrize(
    ("body", "status"),
    [({"name": ""}, 422), ({"name": "Acme"}, 409), ({"nam": "x"}, 422), ({}, 422), ([], 422)],
)
def test_wrong_input_is_told(speak: Speak, body: object, status: int) -> None:
    answer = speak("olga").post(PATH, json=body)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_a_change_names_something(world: World, speak: Speak) -> None:
    assert speak("olga").patch(f"{PATH}/{world.acme.id}", json={}).status_code == 422
