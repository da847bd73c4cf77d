"""Webhooks against a receiver on loopback."""

import threading
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from lamis.delivery import webhooks
from lamis.delivery.signing import new_secret, signature
from lamis.delivery.types import Notice, Outcome, WebhookTarget
from lamis.simulators.receiver import Receiver, Reply
from tests.delivery.world import NOON

SECRET = new_secret()
NOTICE = Notice("d" * 26, "test", {"type": "test", "data": {"word": "ä"}})


def target(receiver: Receiver, path: str = "/hook?token=t%20k") -> WebhookTarget:
    return WebhookTarget(receiver.url + path, (SECRET,), may_reach_private=True)


def post(receiver: Receiver, *replies: Reply) -> Outcome:
    receiver.replies.extend(replies)
    return webhooks.post(target(receiver), NOTICE, now=NOON)


def test_a_request_is_signed_over_what_is_sent(receiver: Receiver) -> None:
    outcome = post(receiver, Reply(200, b"thanks"))
    assert outcome == Outcome(is_delivered=True, status=200, answer="thanks")
    (request,) = receiver.received
    assert request.path == "/hook?token=t%20k"
    assert request.headers["content-type"] == "application/json"
    assert orjson.loads(request.body) == NOTICE.body
    at_s = int(request.headers["webhook-timestamp"])
    assert at_s == int(NOON.timestamp())
    assert request.headers["webhook-id"] == NOTICE.id
    assert request.headers["webhook-signature"] == signature(
        SECRET, message_id=NOTICE.id, at_s=at_s, body=request.body
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "is_permanent", "is_gone"),
    [(500, False, False), (503, False, False), (429, False, False), (404, True, False), (410, True, True)],
)
def test_a_refusal_is_judged_by_its_status(
    receiver: Receiver, status: int, is_permanent: bool, is_gone: bool
) -> None:
    outcome = post(receiver, Reply(status, b"<b>no</b>"))
    assert not outcome.is_delivered
    assert (outcome.status, outcome.answer) == (status, "<b>no</b>")
    assert (outcome.is_permanent, outcome.is_gone) == (is_permanent, is_gone)
    assert f"answered {status}" in outcome.error
    assert "token" not in outcome.error


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    with Receiver() as elsewhere:
        outcome = post(receiver, Reply(302, b"", {"Location": elsewhere.url + "/"}))
        assert elsewhere.received == []
    assert outcome.is_permanent
    assert "not followed" in outcome.error


def test_of_a_huge_answer_only_the_beginning_is_read(receiver: Receiver) -> None:
    outcome = post(receiver, Reply(200, b"y" * 5_000_000))
    assert outcome.is_delivered
    assert outcome.answer == "y" * 500


@pytest.mark.slow
def test_a_receiver_that_does_not_answer_is_tried_again(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "TOTAL", timedelta(seconds=0.2))
    held = threading.Event()
    outcome = post(receiver, Reply(200, b"", {}, held))
    held.set()
    assert not outcome.is_delivered
    assert not outcome.is_permanent
    assert outcome.status is None
    assert "did not finish" in outcome.error


def test_nobody_listening_is_tried_again(receiver: Receiver) -> None:
    with Receiver() as closed:
        where = target(closed)
    outcome = webhooks.post(where, NOTICE, now=NOON)
    assert not outcome.is_delivered
    assert not outcome.is_permanent
    assert "cannot be reached" in outcome.error
    assert "token" not in outcome.error


def test_a_private_address_is_refused_where_it_is_not_allowed(receiver: Receiver) -> None:
    outcome = webhooks.post(replace(target(receiver), may_reach_private=False), NOTICE, now=NOON)
    assert receiver.received == []
    assert outcome.is_permanent
    assert "loopback" in outcome.error


def test_a_name_that_leads_to_a_private_address_is_refused(receiver: Receiver) -> None:
    where = replace(target(receiver), url="http://hooks.example:9/", may_reach_private=False)
    outcome = webhooks.post(where, NOTICE, now=NOON, resolve=lambda _host, _port: ["127.0.0.1"])
    assert outcome.is_permanent


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("Mon, 02 Mar 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Mon, 02 Mar 2026 11:00:00 GMT", timedelta()),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("9" * 40, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, wait: timedelta | None) -> None:
    assert webhooks.retry_after(text, now=NOON) == wait


def test_an_address_that_is_none_is_said_and_not_tried_again() -> None:
    outcome = webhooks.post(WebhookTarget("https://999.1.1.1/", (SECRET,)), NOTICE, now=NOON)
    assert (outcome.is_delivered, outcome.is_permanent) == (False, True)
    assert outcome.error == "The address is not a URL."


@pytest.mark.parametrize(
    "text", ["Mon, 01 Jan 2024 00:00:00 +9999999999999999999", f"Mon, 01 Jan {9**40} 1:1"]
)
def test_a_date_beyond_all_calendars_is_no_wish(text: str) -> None:
    assert webhooks.retry_after(text, now=NOON) is None
