"""The log of deliveries over the API."""

import pytest

from lamis.simulators.receiver import Receiver, Reply
from tests.api.conftest import Speak, World
from tests.api.test_channels import made

PATH = "/api/v2/deliveries"


@pytest.fixture
def failed(speak: Speak) -> str:
    """The id of a delivery of Acme that failed: a test."""
    with Receiver() as receiver:
        receiver.replies.append(Reply(500, b"inside"))
        channel = made(speak, "olga", tenant="Acme", url=receiver.url)
        answer = speak("anna").post(f"/api/v2/channels/{channel['id']}/test").json()
    return str(answer["delivery_id"])


def test_the_log_is_seen_by_all_of_the_tenant_answers_by_its_admins(speak: Speak, failed: str) -> None:
    for who in ("olga", "anna", "nils", "vera"):
        listed = speak(who).get(PATH).json()
        assert [each["id"] for each in listed["deliveries"]] == [failed]
        log = speak(who).get(f"{PATH}/{failed}").json()["log"]
        assert (log[0]["status"], log[0]["result"]) == (500, "failed")
        assert ("answer" in log[0]) is (who in {"olga", "anna"})


def test_it_is_narrowed_and_read_on(speak: Speak, failed: str) -> None:
    channel_id = speak("anna").get(f"{PATH}/{failed}").json()["channel_id"]
    with Receiver():
        speak("anna").post(f"/api/v2/channels/{channel_id}/test")
    anna = speak("anna")
    first = anna.get(PATH, params={"limit": 1}).json()
    rest = anna.get(PATH, params={"limit": 1, "cursor": first["next"]}).json()
    assert [each["id"] for each in rest["deliveries"]] == [failed]
    assert rest["next"] is None
    assert anna.get(PATH, params={"state": "delivered"}).json()["deliveries"] == []
    assert len(anna.get(PATH, params={"channel": channel_id}).json()["deliveries"]) == 2
    assert anna.get(PATH, params={"incident": "none"}).json()["deliveries"] == []
    assert anna.get(PATH, params={"state": "eaten"}).status_code == 422


def test_a_delivery_is_sent_again_by_those_who_may(world: World, speak: Speak, failed: str) -> None:
    path = f"{PATH}/{failed}/resend"
    assert speak("vera").post(path).status_code == 403
    assert speak("nils").post(path).status_code == 403
    answer = speak("anna").post(path)
    assert answer.status_code == 202
    assert "hook" in answer.json()["message"]
    assert world.alarms[-1] == "act"
    assert speak("vera").get(f"{PATH}/{failed}").json()["state"] == "waiting"


@pytest.mark.parametrize("who", ["greg", "nobody"])
def test_an_unknown_and_a_foreign_delivery_are_the_same(speak: Speak, failed: str, who: str) -> None:
    client = speak(who)
    for path in ("{}", "{}/resend"):
        ask = client.post if path.endswith("resend") else client.get
        foreign, unknown = ask(f"{PATH}/{path.format(failed)}"), ask(f"{PATH}/{path.format('none')}")
        assert foreign.status_code == unknown.status_code == 404
        assert foreign.content == unknown.content
    assert client.get(PATH).json()["deliveries"] == []


def test_strangers_are_told_to_sign_in(speak: Speak) -> None:
    assert speak(None).get(PATH).status_code == 401
