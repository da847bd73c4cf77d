"""Firewalls over the API: as connections, and in a list of their own."""

from typing import Any

import pytest

from lamis.connections.models import Connection
from tests.api.conftest import Speak, World
from tests.fakes.firewall import FakeFirewall
from tests.fakes.vendor import install

CONNECTIONS, FIREWALLS = "/api/v2/connections", "/api/v2/firewalls"
BODY: dict[str, Any] = {
    "name": "fw-3",
    "tenant": "Acme",
    "kind": "opnsense",
    "url": "https://192.0.2.30",
    "username": "the-key",
    "password": "s3cr3t-of-the-box",
    "may_create": True,
}


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeFirewall:
    return install(monkeypatch)


@pytest.fixture
def stored(speak: Speak, fake: FakeFirewall) -> str:
    """The id of a stored firewall of Acme."""
    answer = speak("olga").post(CONNECTIONS, json=BODY)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_a_good_firewall_is_tested_and_stored(world: World, speak: Speak, fake: FakeFirewall) -> None:
    fake.is_prepared = False
    answer = speak("olga").post(CONNECTIONS, json=BODY)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["kind"], made["alias"], made["may_create"]) == ("opnsense", "LAMIS_block", True)
    assert made["test"]["details"]["made"] == ["The alias was made."]
    assert BODY["password"] not in answer.text
    assert world.alarms == ["collect", "act"]
    (listed,) = speak("vera").get(FIREWALLS).json()["firewalls"]
    assert {"id", "name", "tenant", "state", "health", "alias", "entries", "drift"} <= listed.keys()
    assert (listed["name"], listed["tenant"], listed["state"]) == ("fw-3", "Acme", "active")
    assert listed["health"]["word"] == "good"
    assert speak("greg").get(FIREWALLS).json() == {"firewalls": []}


def test_a_failed_test_stores_nothing(speak: Speak, fake: FakeFirewall) -> None:
    fake.is_prepared = False
    answer = speak("olga").post(CONNECTIONS, json=BODY | {"may_create": False})
    assert answer.status_code == 422
    assert (answer.json()["code"], answer.json()["message"]) == ("alias_missing", "The alias is missing.")
    assert speak("olga").get(FIREWALLS).json() == {"firewalls": []}


@pytest.mark.parametrize(
    ("change", "field"),
    [({"url": "http://192.0.2.30"}, "urls"), ({"alias": "a-b"}, "alias"), ({"password": None}, "password")],
)
def test_what_cannot_be_used_is_named(
    speak: Speak, fake: FakeFirewall, change: dict[str, Any], field: str
) -> None:
    answer = speak("olga").post(CONNECTIONS, json=BODY | change)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert fake.opened == 0


def test_it_is_listed_beside_sources_and_by_its_kind(speak: Speak, stored: str) -> None:
    anna = speak("anna")
    (found,) = anna.get(CONNECTIONS).json()["connections"]
    assert (found["id"], found["kind"]) == (stored, "opnsense")
    assert anna.get(CONNECTIONS, params={"kind": "opnsense"}).json()["connections"] == [found]
    assert anna.get(CONNECTIONS, params={"kind": "wazuh"}).json()["connections"] == []
    assert anna.get(f"{CONNECTIONS}/{stored}").json() == found


def test_an_edit_tests_first_and_keeps_the_secret(speak: Speak, stored: str, fake: FakeFirewall) -> None:
    anna = speak("olga")
    answer = anna.patch(f"{CONNECTIONS}/{stored}", json={"alias": "Ours", "name": "fw-three"})
    assert (answer.status_code, answer.json()["alias"], answer.json()["name"]) == (200, "Ours", "fw-three")
    assert fake.endpoints[-1].password == BODY["password"]
    assert fake.options[-1].alias == "Ours"
    fake.is_down = True
    assert anna.patch(f"{CONNECTIONS}/{stored}", json={"alias": "Other"}).json()["code"] == "unreachable"
    assert anna.get(f"{CONNECTIONS}/{stored}").json()["alias"] == "Ours"
    assert anna.patch(f"{CONNECTIONS}/{stored}", json={"is_active": False}).json()["state"] == "paused"
    changed = anna.patch(f"{CONNECTIONS}/{stored}", json={"kind": "wazuh"})
    assert (changed.status_code, changed.json()["field"]) == (422, "kind")


def test_a_test_makes_nothing(speak: Speak, stored: str, fake: FakeFirewall) -> None:
    fake.is_prepared = False
    path = f"{CONNECTIONS}/{stored}/test"
    assert speak("nils").post(path).json()["code"] == "alias_missing"
    assert speak("olga").post(path, json={"alias": "Ours"}).json()["code"] == "alias_missing"
    assert fake.is_prepared is False
    assert speak("olga").get(f"{CONNECTIONS}/{stored}").json()["alias"] == "LAMIS_block"


def test_it_is_removed(speak: Speak, stored: str) -> None:
    olga = speak("olga")
    removed = olga.delete(f"{CONNECTIONS}/{stored}", params={"erase": "true"})
    assert removed.json() == {"name": "fw-3", "erase_task": None}
    assert olga.get(FIREWALLS).json() == {"firewalls": []}
    (gone,) = olga.get(CONNECTIONS, params={"removed": "true"}).json()["connections"]
    assert gone["state"] == "removed"


def test_what_only_sources_have_is_not_found(speak: Speak, stored: str) -> None:
    olga = speak("olga")
    path = f"{CONNECTIONS}/{stored}"
    assert olga.get(f"{path}/ledger").status_code == 404
    for verb in ("refresh", "accept-identity"):
        assert olga.post(f"{path}/{verb}").status_code == 404


def test_who_may_do_what(speak: Speak, stored: str) -> None:
    path = f"{CONNECTIONS}/{stored}"
    assert speak(None).get(FIREWALLS).status_code == 401
    for name, status in (("vera", 403), ("nils", 403), ("greg", 404), ("nobody", 404)):
        client = speak(name)
        assert client.patch(path, json={"alias": "Ours"}).status_code == status, name
        assert client.delete(path).status_code == status, name
    assert speak("vera").post(f"{path}/test").status_code == 403
    assert speak("vera").get(path).status_code == 200
    assert speak("greg").get(path).status_code == 404
    assert speak("nobody").get(FIREWALLS).json() == {"firewalls": []}


def test_an_admins_firewall_may_not_lie_in_a_private_network(
    world: World, speak: Speak, fake: FakeFirewall
) -> None:
    assert speak("anna").post(CONNECTIONS, json=BODY).status_code == 201
    assert fake.endpoints[-1].may_reach_private is False
    with world.runtime.database.read() as session:
        assert session.query(Connection).one().may_reach_private is False
