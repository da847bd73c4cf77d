"""Channels over the API."""

import json
from typing import Any

import pytest
from httpx import Response

from lamis.simulators.receiver import Receiver, Reply
from tests.api.conftest import Speak, World

PATH = "/api/v2/channels"
HOOK = {"name": "hook", "kind": "webhook", "url": "https://hooks.example/in?token=hidden"}
MAIL = {
    "name": "mail",
    "kind": "smtp",
    "host": "mail.example",
    "username": "lamis",
    "password": "hidden words",
    "sender": "lamis@example.org",
    "recipients": ["soc@example.org"],
}


def made(speak: Speak, who: str = "anna", **changes: object) -> dict[str, Any]:
    answer = speak(who).post(PATH, json={**HOOK, **changes})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_channel_is_added_changed_and_removed(speak: Speak) -> None:
    anna = speak("anna")
    new = made(speak, min_severity="critical", events=["opened"], per_hour=3)
    assert new["secret"].startswith("whsec_")
    path = f"{PATH}/{new['id']}"
    found = anna.get(path).json()
    assert "secret" not in found
    assert (found["place"], found["min_severity"], found["per_hour"]) == (
        "https://hooks.example",
        "critical",
        3,
    )
    changed = anna.patch(path, json={"name": "renamed", "is_active": False}).json()
    assert (changed["name"], changed["is_active"], changed["events"]) == ("renamed", False, ["opened"])
    assert anna.delete(path).status_code == 204
    assert anna.get(path).status_code == 404
    assert anna.get(PATH).json() == {"channels": []}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["password", "username", "sender", "host", "name", "ca_pem"])
def test_half_a_surrogate_pair_is_refused_with_its_field(speak: Speak, name: str) -> None:
    body = json.dumps({**MAIL, name: "\ud800"}).encode()
    answer = speak("anna").post(PATH, content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json().get("field")) == (422, name)


def test_no_secret_is_ever_answered_again(speak: Speak) -> None:
    secret = made(speak)["secret"]
    speak("anna").post(PATH, json=MAIL)
    for who in ("anna", "vera", "olga"):
        shown = speak(who).get(PATH).text
        assert "hidden" not in shown
        assert secret not in shown
    assert "soc@example.org" in speak("anna").get(PATH).text
    assert "soc@example.org" not in speak("vera").get(PATH).text


@pytest.mark.parametrize("who", ["vera", "nils"])
def test_only_admins_manage_channels(speak: Speak, who: str) -> None:
    path = f"{PATH}/{made(speak)['id']}"
    client = speak(who)
    assert client.get(path).status_code == 200
    answers = [
        client.post(PATH, json=HOOK),
        client.patch(path, json={"name": "x"}),
        client.delete(path),
        client.post(f"{path}/test"),
        client.post(f"{path}/rotate"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 5


@pytest.mark.parametrize("who", ["greg", "nobody"])
def test_an_unknown_and_a_foreign_channel_are_the_same(speak: Speak, who: str) -> None:
    client, channel_id = speak(who), made(speak)["id"]

    def answers(name: str) -> list[Response]:
        path = f"{PATH}/{name}"
        return [
            client.get(path),
            client.patch(path, json={"name": "x"}),
            client.delete(path),
            client.post(f"{path}/test"),
            client.post(f"{path}/rotate"),
        ]

    foreign, unknown = answers(channel_id), answers("none")
    assert [answer.status_code for answer in foreign] == [404] * 5
    assert [answer.content for answer in foreign] == [answer.content for answer in unknown]
    assert client.get(PATH).json() == {"channels": []}


def test_strangers_are_told_to_sign_in(speak: Speak) -> None:
    assert speak(None).get(PATH).status_code == 401
    assert speak(None).post(PATH, json=HOOK).status_code == 401


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "nowhere"}, "url"),
        ({"kind": "pigeon"}, "kind"),
        ({"events": ["eaten"]}, "events"),
        ({"nam": "x"}, "nam"),
    ],
)
def test_what_is_wrong_is_named(speak: Speak, change: dict[str, object], field: str) -> None:
    answer = speak("anna").post(PATH, json={**HOOK, **change})
    assert answer.status_code == 422
    assert answer.json()["field"] == field
    assert "hidden" not in answer.text


def test_a_change_names_something_and_names_are_alone(speak: Speak) -> None:
    path = f"{PATH}/{made(speak)['id']}"
    assert speak("anna").patch(path, json={}).status_code == 422
    assert speak("anna").post(PATH, json=HOOK).status_code == 409


def test_an_operator_names_the_tenant(world: World, speak: Speak) -> None:
    assert speak("olga").post(PATH, json=HOOK).json()["field"] == "tenant"
    new = made(speak, "olga", tenant="Globex", is_active=False)
    assert (new["tenant"], new["is_active"]) == ("Globex", False)
    assert [each["name"] for each in speak("greg").get(PATH).json()["channels"]] == ["hook"]


def test_a_test_tells_how_it_went(speak: Speak) -> None:
    with Receiver() as receiver:
        receiver.replies.extend([Reply(200, b"thanks"), Reply(500, b"ouch")])
        path = f"{PATH}/{made(speak, 'olga', tenant='Acme', url=receiver.url)['id']}/test"
        good, bad = speak("anna").post(path).json(), speak("anna").post(path).json()
    assert (good["is_delivered"], good["status"], good["answer"], good["error"]) == (
        True,
        200,
        "thanks",
        None,
    )
    assert (bad["is_delivered"], bad["status"], bad["answer"]) == (False, 500, "ouch")
    log = speak("vera").get(f"/api/v2/deliveries/{bad['delivery_id']}").json()
    assert (log["type"], log["state"]) == ("test", "failed")


def test_an_admins_channel_does_not_reach_a_private_address(speak: Speak) -> None:
    with Receiver() as receiver:
        answer = speak("anna").post(f"{PATH}/{made(speak, url=receiver.url)['id']}/test").json()
        assert receiver.received == []
    assert "loopback" in answer["error"]


def test_a_secret_is_rotated(speak: Speak) -> None:
    new = made(speak)
    answer = speak("anna").post(f"{PATH}/{new['id']}/rotate").json()
    assert answer["secret"].startswith("whsec_")
    assert answer["secret"] != new["secret"]
    assert speak("anna").get(f"{PATH}/{new['id']}").json()["old_secret_until"] is not None
