"""The simulated receiver of webhooks."""

import threading

import httpx

from lamis.simulators.receiver import BAD, Receiver, Reply
from tests.engines.waiting import PATIENCE_S


def test_it_keeps_what_it_gets_and_fails_where_it_is_asked_to() -> None:
    with Receiver() as receiver:
        good = httpx.post(receiver.url + "/good?x=1", content=b"{}", headers={"Webhook-Id": "m"})
        bad = httpx.post(receiver.url + BAD, content=b"")
        assert httpx.get(receiver.url + "/beat").status_code == 204
    assert (good.status_code, bad.status_code) == (204, 503)
    assert (receiver.received[0].path, receiver.received[0].body) == ("/good?x=1", b"{}")
    assert receiver.received[0].headers["webhook-id"] == "m"


def test_replies_are_used_up_first() -> None:
    with Receiver() as receiver:
        receiver.replies.append(Reply(429, b"slow down", {"Retry-After": "7"}))
        answer = httpx.post(receiver.url, content=b"")
        assert (answer.status_code, answer.text, answer.headers["retry-after"]) == (429, "slow down", "7")
        assert httpx.post(receiver.url, content=b"").status_code == 204


def test_an_answer_can_be_held() -> None:
    with Receiver() as receiver:
        held = threading.Event()
        receiver.replies.append(Reply(200, held=held))
        answers: list[int] = []
        asking = threading.Thread(target=lambda: answers.append(httpx.post(receiver.url).status_code))
        asking.start()
        assert answers == []
        held.set()
        asking.join(PATIENCE_S)
    assert answers == [200]
