"""People over the API."""

import pytest

from tests.api.conftest import Speak, World

PATH = "/api/v2/people"


def test_an_admin_sees_the_people_of_the_tenant_and_an_operator_all(speak: Speak) -> None:
    def names(who: str) -> list[str]:
        return [person["name"] for person in speak(who).get(PATH).json()["people"]]

    assert names("anna") == ["anna", "nils", "vera"]
    assert names("olga") == ["anna", "greg", "nils", "nobody", "olga", "vera"]


@pytest.mark.parametrize("who", ["nils", "vera", "nobody"])
def test_others_do_not_see_people(world: World, speak: Speak, who: str) -> None:
    client = speak(who)
    assert client.get(PATH).status_code == 403
    assert client.get(f"{PATH}/{world.ids['vera']}").status_code == 403
    assert client.post(PATH, json={"name": "x"}).status_code == 403
    assert client.delete(f"{PATH}/{world.ids['vera']}").status_code == 403


def test_a_person_of_another_tenant_is_not_found(world: World, speak: Speak) -> None:
    foreign = speak("anna").get(f"{PATH}/{world.ids['greg']}")
    unknown = speak("anna").get(f"{PATH}/none")
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.content == unknown.content
    assert speak("anna").delete(f"{PATH}/{world.ids['greg']}").status_code == 404
    assert speak("anna").post(f"{PATH}/{world.ids['greg']}/link").status_code == 404


def test_an_admin_adds_a_member_and_gets_the_link_once(world: World, speak: Speak) -> None:
    anna = speak("anna")
    body = {"name": "new@acme.example", "tenant": world.acme.id, "role": "viewer"}
    made = anna.post(PATH, json=body)
    assert made.status_code == 201
    link = made.json()
    assert link["path"].startswith("/")
    shown = anna.get(f"{PATH}/{link['person_id']}").json()
    assert shown["has_password"] is False
    assert shown["roles"] == [{"tenant": "Acme", "tenant_id": world.acme.id, "role": "viewer"}]
    assert "token" not in shown
    assert anna.post(PATH, json=body).status_code == 409


def test_an_admin_cannot_reach_past_the_tenant(world: World, speak: Speak) -> None:
    anna = speak("anna")
    foreign = {"name": "x y", "tenant": world.globex.id, "role": "viewer"}
    assert anna.post(PATH, json=foreign).status_code == 404
    assert anna.post(PATH, json={"name": "x y"}).status_code == 403
    assert anna.post(PATH, json={"name": "x y", "is_operator": True}).status_code == 403
    assert anna.patch(f"{PATH}/{world.ids['vera']}", json={"is_operator": True}).status_code == 403
    path = f"{PATH}/{world.ids['vera']}/roles/{world.globex.id}"
    assert anna.put(path, json={"role": "admin"}).status_code == 404


def test_roles_are_given_and_taken(world: World, speak: Speak) -> None:
    anna, path = speak("anna"), f"{PATH}/{world.ids['vera']}/roles/{world.acme.id}"
    changed = anna.put(path, json={"role": "analyst"})
    assert changed.json()["roles"][0]["role"] == "analyst"
    assert anna.put(path, json={"role": "king"}).status_code == 422
    assert anna.delete(path).status_code == 204
    assert speak("vera").get("/api/v2/tenants").json() == {"tenants": []}


def test_an_operator_makes_another_and_the_last_one_stays(world: World, speak: Speak) -> None:
    olga = speak("olga")
    made = olga.patch(f"{PATH}/{world.ids['nils']}", json={"is_operator": True})
    assert made.json()["is_operator"] is True
    assert olga.patch(f"{PATH}/{world.ids['nils']}", json={"is_operator": False}).status_code == 200
    assert olga.patch(f"{PATH}/{world.ids['olga']}", json={"is_operator": False}).status_code == 409


def test_a_removed_person_is_gone(world: World, speak: Speak) -> None:
    assert speak("olga").delete(f"{PATH}/{world.ids['vera']}").status_code == 204
    assert speak("olga").get(f"{PATH}/{world.ids['vera']}").status_code == 404
