"""Connections over the API, against a simulated indexer."""

from typing import Any

import pytest

from lamis.connections.models import Connection
from lamis.simulators.local import LocalIndexer
from tests.api.conftest import Speak, World
from tests.indexers import way_to

PATH = "/api/v2/connections"


@pytest.fixture
def body(indexer: LocalIndexer) -> dict[str, Any]:
    return {
        "name": "Acme EMEA",
        "tenant": "Acme",
        **way_to(indexer),
    }


@pytest.fixture
def stored(speak: Speak, body: dict[str, Any]) -> str:
    """The id of a stored connection of Acme."""
    answer = speak("olga").post(PATH, json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_a_good_connection_is_tested_and_stored(world: World, speak: Speak, body: dict[str, Any]) -> None:
    answer = speak("olga").post(PATH, json=body)
    assert answer.status_code == 201
    made = answer.json()
    assert made["test"]["code"] == "ok"
    assert made["tenant_id"] == world.acme.id
    assert made["trust"] == "ca"
    assert made["created_at"].endswith("Z")
    assert body["password"] not in answer.text
    assert "collect" in world.alarms
    assert [found["name"] for found in speak("vera").get(PATH).json()["connections"]] == ["Acme EMEA"]
    assert speak("greg").get(PATH).json() == {"connections": []}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"password": "wrong"}, "auth_failed"),
        ({"ca_pem": None}, "tls_not_trusted"),
        ({"url": "https://127.0.0.1:9"}, "unreachable"),
        ({"index_pattern": "none-*"}, "no_index"),
    ],
)
def test_a_failed_test_saves_nothing_and_names_its_code(
    speak: Speak, body: dict[str, Any], change: dict[str, Any], code: str
) -> None:
    answer = speak("olga").post(PATH, json=body | change)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == code
    assert problem["error"] == problem["message"]
    assert isinstance(problem["details"], dict)
    assert speak("olga").get(PATH).json() == {"connections": []}


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": ""}, "name"), ({"url": "ftp://x"}, "urls"), ({"poll_s": 0}, "poll_s"), ({"ur": "x"}, "ur")],
)
def test_wrong_input_names_the_field(
    speak: Speak, body: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    answer = speak("olga").post(PATH, json=body | change)
    assert answer.status_code == 422
    assert answer.json()["field"] == field


def test_who_may_not_manage_does_not_reach_the_network(
    world: World, speak: Speak, body: dict[str, Any], indexer: LocalIndexer
) -> None:
    seen = len(indexer.requests)
    for who, status in (("nils", 403), ("vera", 403), ("greg", 404), ("nobody", 404)):
        assert speak(who).post(PATH, json=body).status_code == status
    assert len(indexer.requests) == seen


def test_an_admin_of_a_tenant_does_not_reach_private_addresses(speak: Speak, body: dict[str, Any]) -> None:
    answer = speak("anna").post(PATH, json=body)
    assert answer.status_code == 422
    assert answer.json()["code"] == "address_not_allowed"


def test_an_admin_edits_and_tests_what_an_operator_led_to_a_private_address(
    world: World, speak: Speak, body: dict[str, Any], stored: str, indexer: LocalIndexer
) -> None:
    anna, path = speak("anna"), f"{PATH}/{stored}"
    assert anna.post(f"{path}/test", json={"poll_s": 30}).json()["code"] == "ok"
    for change in ({"poll_s": 30}, {"password": body["password"]}, {"trust": "none"}):
        answer = anna.patch(path, json=change)
        assert answer.status_code == 200, answer.text
    wrong = anna.patch(path, json={"password": "wrong"})
    assert wrong.json()["code"] == "auth_failed"
    seen = len(indexer.requests)
    for change in (
        {"url": "https://127.0.0.1:9"},
        {"url": [body["url"], "https://127.0.0.1:9"]},
        {"url": body["url"].replace("127.0.0.1", "localhost")},
        {"proxy": "http://127.0.0.1:9"},
    ):
        typed = change | {"password": body["password"]}
        for answer in (anna.patch(path, json=typed), anna.post(f"{path}/test", json=typed)):
            assert answer.json()["code"] == "address_not_allowed", change
    assert len(indexer.requests) == seen
    with world.runtime.database.read() as session:
        assert session.query(Connection).one().may_reach_private


def test_an_unknown_and_a_foreign_connection_are_the_same(speak: Speak, stored: str) -> None:
    for method, more in (
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/test"),
        ("POST", "/refresh"),
        ("GET", "/ledger"),
        ("POST", "/reread"),
        ("POST", "/accept-identity"),
    ):
        sent: dict[str, Any] = {}
        if method == "PATCH":
            sent = {"json": {"name": "x"}}
        if more == "/reread":
            sent = {"json": {"from": "2026-03-01T00:00:00Z", "to": "2026-03-02T00:00:00Z"}}
        foreign = speak("greg").request(method, f"{PATH}/{stored}{more}", **sent)
        unknown = speak("greg").request(method, f"{PATH}/none{more}", **sent)
        assert foreign.status_code == unknown.status_code == 404, (method, more)
        assert foreign.content == unknown.content


def test_a_viewer_sees_and_refreshes_and_changes_nothing(speak: Speak, stored: str) -> None:
    vera = speak("vera")
    assert vera.get(f"{PATH}/{stored}").status_code == 200
    assert vera.get(f"{PATH}/{stored}/ledger").status_code == 200
    assert vera.patch(f"{PATH}/{stored}", json={"name": "x"}).status_code == 403
    assert vera.delete(f"{PATH}/{stored}").status_code == 403
    for more in ("test", "accept-identity"):
        assert vera.post(f"{PATH}/{stored}/{more}").status_code == 403
    stretch = {"from": "2026-03-01T00:00:00Z", "to": "2026-03-02T00:00:00Z"}
    assert vera.post(f"{PATH}/{stored}/reread", json=stretch).status_code == 403
    assert vera.post(f"{PATH}/{stored}/refresh").status_code == 202


def test_an_edit_keeps_blank_secrets_and_tests_what_was_typed(
    speak: Speak, stored: str, indexer: LocalIndexer
) -> None:
    olga, path = speak("olga"), f"{PATH}/{stored}"
    changed = olga.patch(path, json={"name": "Acme", "poll_s": 30})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["name"], changed.json()["poll_s"]) == ("Acme", 30)
    failed = olga.patch(path, json={"password": "wrong"})
    assert failed.status_code == 422
    assert failed.json()["code"] == "auth_failed"
    pinned = olga.patch(path, json={"fingerprint": indexer.fingerprint})
    assert pinned.json()["trust"] == "fingerprint"
    assert olga.post(f"{path}/test").json()["code"] == "ok"
    assert olga.post(f"{path}/test", json={"password": "wrong"}).json()["code"] == "auth_failed"
    assert olga.patch(path, json={}).status_code == 422


def test_a_connection_is_paused_and_resumed_without_a_test(world: World, speak: Speak, stored: str) -> None:
    anna, path = speak("anna"), f"{PATH}/{stored}"
    assert anna.patch(path, json={"is_active": False}).json()["state"] == "paused"
    assert anna.patch(path, json={"is_active": True}).json()["state"] == "active"


def test_refresh_makes_it_due(world: World, speak: Speak, stored: str) -> None:
    with world.runtime.database.write() as session:
        session.query(Connection).update({"due_ms": 1 << 60})
    world.alarms.clear()
    assert speak("nils").post(f"{PATH}/{stored}/refresh").status_code == 202
    with world.runtime.database.read() as session:
        row = session.query(Connection).one()
        assert (row.due_ms, row.refresh_asked) == (0, 1)
    assert world.alarms == ["collect"]


def test_the_ledger_has_sums_and_lines(speak: Speak, stored: str) -> None:
    found = speak("vera").get(f"{PATH}/{stored}/ledger", params={"hours": 48}).json()
    assert {"there", "here", "missing", "refused", "expired", "lines", "is_complete"} <= set(found)


def test_a_stretch_is_read_again(speak: Speak, stored: str) -> None:
    stretch = {"from": "2026-03-01T00:00:00Z", "to": "2026-03-02T00:00:00Z"}
    answer = speak("nils").post(f"{PATH}/{stored}/reread", json=stretch)
    assert answer.status_code == 202
    assert answer.json()["windows"] >= 0
    backwards = {"from": stretch["to"], "to": stretch["from"]}
    refused = speak("nils").post(f"{PATH}/{stored}/reread", json=backwards)
    assert (refused.status_code, refused.json()["field"]) == (422, "to")


def test_another_deployment_is_accepted(world: World, speak: Speak, stored: str) -> None:
    with world.runtime.database.write() as session:
        session.query(Connection).update({"is_identity_in_doubt": True})
    assert speak("anna").post(f"{PATH}/{stored}/accept-identity").status_code == 200
    with world.runtime.database.read() as session:
        assert session.query(Connection).one().is_identity_in_doubt is False


def test_a_removed_connection_is_gone_and_erasing_is_a_task(speak: Speak, stored: str) -> None:
    removed = speak("anna").delete(f"{PATH}/{stored}", params={"erase": "true"})
    assert removed.status_code == 200
    assert removed.json()["name"] == "Acme EMEA"
    assert speak("anna").get(f"{PATH}/{stored}").status_code == 404
    task = removed.json()["erase_task"]
    assert speak("vera").get(f"/api/v2/tasks/{task}").json()["state"] == "waiting"
    assert speak("greg").get(f"/api/v2/tasks/{task}").status_code == 404
    assert [found["id"] for found in speak("vera").get("/api/v2/tasks").json()["tasks"]] == [task]


def test_archiving_a_tenant_pauses_its_connections(world: World, speak: Speak, stored: str) -> None:
    olga = speak("olga")
    olga.patch(f"/api/v2/tenants/{world.acme.id}", json={"is_archived": True})
    assert olga.get(f"{PATH}/{stored}").json()["state"] == "paused"
