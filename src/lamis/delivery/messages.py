"""What a notification says: the JSON of a webhook, and the same in words for mail."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

import orjson

from lamis.base.clock import iso, iso_ms
from lamis.delivery.types import ANSWER_CHARS, SUMMARY, TEST, IncidentFacts, Notable, Notice

MOST_LISTED = 10
_LONGEST = 300
_STRANGE = "\N{REPLACEMENT CHARACTER}"
_FOOT = "LAMIS sent this because a channel of yours asks for it."
Body = dict[str, object]


def incident_body(
    kind: Notable, facts: IncidentFacts, *, tenant: str, at_ms: int, public_url: str | None
) -> Body:
    """What is told of one incident."""
    data = {
        "id": facts.id,
        "number": facts.number,
        "title": line(facts.title),
        "severity": facts.severity.word,
        "tenant": line(tenant),
        "device": None if facts.device is None else line(facts.device),
        "source_address": facts.source_address,
        "count": facts.count,
        "first_seen": None if facts.first_ms is None else iso_ms(facts.first_ms),
        "last_seen": None if facts.last_ms is None else iso_ms(facts.last_ms),
        "url": _url(public_url, f"/incidents/{facts.id}"),
    }
    return {"type": kind.value, "timestamp": iso_ms(at_ms), "data": data}


def summary_body(
    held: Sequence[Mapping[str, object]],
    *,
    count: int,
    tenant: str,
    since_ms: int,
    until_ms: int,
    public_url: str | None,
) -> Body:
    """What is told instead of `count` notifications that were held back; `held` are some, the worst first."""
    data = {
        "count": count,
        "tenant": line(tenant),
        "since": iso_ms(since_ms),
        "until": iso_ms(until_ms),
        "incidents": [
            {name: each.get(name) for name in ("id", "number", "title", "severity")}
            for each in held[:MOST_LISTED]
        ],
        "url": _url(public_url, "/incidents"),
    }
    return {"type": SUMMARY, "timestamp": iso_ms(until_ms), "data": data}


def test_body(*, channel: str, tenant: str, by: str, now: datetime, public_url: str | None) -> Body:
    """What a test says."""
    data = {
        "channel": line(channel),
        "tenant": line(tenant),
        "sent_by": line(by),
        "url": _url(public_url, "/channels"),
    }
    return {"type": TEST, "timestamp": iso(now), "data": data}


def encoded(body: Mapping[str, object]) -> bytes:
    """The bytes that are signed and sent."""
    return orjson.dumps(body)


def title_of(body: Mapping[str, object]) -> str:
    """One line that says it all: the subject of a mail, the row of the log."""
    data = _data(body)
    if body["type"] == SUMMARY:
        more = data["count"]
        return f"{more} more {'incident' if more == 1 else 'incidents'} in the last hour at {data['tenant']}"
    if body["type"] == TEST:
        return f"Test of {data['channel']}"
    number = "" if data["number"] is None else f" #{data['number']}"
    return line(f"Incident{number} {_word(body)}: {data['title'] or data['id']}")


def subject(body: Mapping[str, object]) -> str:
    """The subject of a mail."""
    data = _data(body)
    mark = f"[{str(data['severity']).upper()}] " if "severity" in data else ""
    return f"{mark}{title_of(body)}"


def lines(body: Mapping[str, object]) -> list[tuple[str, str]]:
    """Names and values, for people; what is not known is left out."""
    data = _data(body)
    if body["type"] == SUMMARY:
        listed = data["incidents"]
        assert isinstance(listed, list)
        return [(str(each["severity"]), _summed(each)) for each in listed]
    if body["type"] == TEST:
        found = [("Channel", data["channel"]), ("Tenant", data["tenant"]), ("Sent by", data["sent_by"])]
    else:
        found = [
            ("Severity", data["severity"]),
            ("Tenant", data["tenant"]),
            ("Device", data["device"]),
            ("Source address", data["source_address"]),
            ("Alerts", data["count"]),
            ("First seen", data["first_seen"]),
            ("Last seen", data["last_seen"]),
        ]
    return [(name, str(value)) for name, value in found if value not in (None, "")]


def text(notice: Notice) -> str:
    """The plain text of a mail."""
    rows = [f"{name}: {value}" for name, value in lines(notice.body)]
    url = _data(notice.body)["url"]
    return "\n".join([title_of(notice.body), "", *rows, *(["", str(url)] if url else []), "", _FOOT, ""])


def html(notice: Notice) -> str:
    """The same as a small page; everything in it is escaped."""
    rows = "".join(
        f"<tr><th align=left>{escape(name)}</th><td>{escape(value)}</td></tr>"
        for name, value in lines(notice.body)
    )
    url = _data(notice.body)["url"]
    link = f'<p><a href="{escape(str(url))}">Open in LAMIS</a></p>' if url else ""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><body>'
        f"<h3>{escape(title_of(notice.body))}</h3><table cellpadding=4>{rows}</table>"
        f"{link}<p>{_FOOT}</p></body></html>"
    )


def line(words: str, most: int = _LONGEST) -> str:
    """Words as one line without control characters: nothing in them can begin a new header or line."""
    shown = "".join(letter if letter.isprintable() else " " for letter in words)
    shown = " ".join(shown.split())
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def readable(body: bytes) -> str:
    """The beginning of an answer as text on lines, for the log."""
    words = body[: ANSWER_CHARS * 4].decode("utf-8", errors="replace")
    shown = "".join(each if each.isprintable() or each in "\n\t" else _STRANGE for each in words)
    return shown.strip()[:ANSWER_CHARS]


def _data(body: Mapping[str, object]) -> Mapping[str, object]:
    data = body["data"]
    assert isinstance(data, Mapping)
    return data


def _word(body: Mapping[str, object]) -> str:
    return str(body["type"]).removeprefix("incident.")


def _summed(each: Mapping[str, object]) -> str:
    number = "" if each["number"] is None else f"#{each['number']} "
    return f"{number}{each['title'] or each['id']}"


def _url(public_url: str | None, path: str) -> str | None:
    return None if public_url is None else public_url.rstrip("/") + path
