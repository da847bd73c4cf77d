"""What notifications say."""

import pytest

from lamis.alerts.types import Severity
from lamis.delivery import messages
from lamis.delivery.types import IncidentFacts, Notable, Notice
from tests.delivery.world import NOON

FACTS = IncidentFacts(
    id="i" * 26,
    severity=Severity.CRITICAL,
    number=17,
    title="Five logins\r\nBcc: everybody <script>alert(1)</script>",
    device="web-1",
    source_address="203.0.113.9",
    count=4,
    first_ms=1_770_000_000_000,
    last_ms=1_770_000_060_000,
)


def body_of(facts: IncidentFacts = FACTS, **changes: object) -> messages.Body:
    values: dict[str, object] = {"tenant": "Acme", "at_ms": 0, "public_url": "https://lamis.example/"}
    return messages.incident_body(Notable.OPENED, facts, **{**values, **changes})  # type: ignore[arg-type]


def test_an_incident_is_told_in_the_documented_shape() -> None:
    assert body_of() == {
        "type": "incident.opened",
        "timestamp": "1970-01-01T00:00:00.000Z",
        "data": {
            "id": "i" * 26,
            "number": 17,
            "title": "Five logins Bcc: everybody <script>alert(1)</script>",
            "severity": "critical",
            "tenant": "Acme",
            "device": "web-1",
            "source_address": "203.0.113.9",
            "count": 4,
            "first_seen": "2026-02-02T02:40:00.000Z",
            "last_seen": "2026-02-02T02:41:00.000Z",
            "url": "https://lamis.example/incidents/" + "i" * 26,
        },
    }


def test_without_a_public_address_there_is_no_link() -> None:
    body = body_of(public_url=None)
    data = body["data"]
    assert isinstance(data, dict)
    assert data["url"] is None
    assert "Open in LAMIS" not in messages.html(Notice("d", "incident.opened", body))


def test_a_long_title_is_cut_and_the_whole_stays_small() -> None:
    facts = IncidentFacts("i" * 26, Severity.LOW, title="ä" * 50_000, device="d" * 50_000)
    body = body_of(facts, tenant="t" * 50_000)
    assert len(messages.encoded(body)) < 20_000
    assert len(messages.title_of(body)) <= 300


def test_a_mail_says_it_in_words_and_escapes_what_is_not_ours() -> None:
    notice = Notice("d", "incident.opened", body_of())
    assert messages.subject(notice.body).startswith("[CRITICAL] Incident #17 opened: Five logins Bcc:")
    assert "\n" not in messages.subject(notice.body)
    assert "Device: web-1\n" in messages.text(notice)
    assert "https://lamis.example/incidents/" in messages.text(notice)
    assert "<script>" not in messages.html(notice)
    assert "&lt;script&gt;" in messages.html(notice)


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 more incident in the last hour at Acme"), (12, "12 more incidents in the last hour at Acme")],
)
def test_a_summary_counts_and_lists_some(count: int, words: str) -> None:
    held: list[dict[str, object]] = [
        {"id": f"i{n}", "number": n or None, "title": f"t{n}", "severity": "high", "device": "secret"}
        for n in range(15)
    ]
    body = messages.summary_body(
        held, count=count, tenant="Acme", since_ms=0, until_ms=3_600_000, public_url=None
    )
    assert messages.title_of(body) == messages.subject(body) == words
    assert len(messages.lines(body)) == messages.MOST_LISTED
    assert messages.lines(body)[:2] == [("high", "t0"), ("high", "#1 t1")]


def test_a_test_says_who_sent_it() -> None:
    body = messages.test_body(channel="hook", tenant="Acme", by="anna", now=NOON, public_url=None)
    assert messages.title_of(body) == "Test of hook"
    assert messages.lines(body) == [("Channel", "hook"), ("Tenant", "Acme"), ("Sent by", "anna")]


def test_an_answer_becomes_readable_text_of_limited_length() -> None:
    assert messages.readable(b" fine\n\x1b[31m\x00\xff ") == "fine\n\ufffd[31m\ufffd\ufffd"
    assert len(messages.readable(b"x" * 9000)) == 500
