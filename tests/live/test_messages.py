"""What clients may say."""

import json

import pytest

from lamis.base.errors import Invalid
from lamis.live.messages import (
    Ping,
    Subscribe,
    Unsubscribe,
    alerts_message,
    error_message,
    read_request,
)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({"action": "ping"}, Ping()),
        ({"action": "unsubscribe", "type": "stats"}, Unsubscribe("stats")),
        ({"action": "subscribe", "type": "alerts"}, Subscribe("alerts")),
        ({"action": "subscribe", "type": "alerts", "format": None, "after": None}, Subscribe("alerts")),
        (
            {"action": "subscribe", "type": "alerts", "format": "html", "after": "x", "colour": "red"},
            Subscribe("alerts", "html", "x"),
        ),
        (
            {
                "action": "subscribe",
                "type": "stats",
                "severity": ["high", "low"],
                "level": 7,
                "unreadable": True,
            },
            Subscribe(
                "stats", params=(("level", ("7",)), ("severity", ("high", "low")), ("unreadable", ("yes",)))
            ),
        ),
    ],
)
def test_a_request_is_understood(said: dict[str, object], meant: object) -> None:
    assert read_request(json.dumps(said)) == meant


def test_equal_filters_are_equal_whatever_their_order() -> None:
    one = read_request('{"action":"subscribe","type":"alerts","rule":"1","user":"eve"}')
    other = read_request('{"user":["eve"],"rule":"1","type":"alerts","action":"subscribe"}')
    assert one == other


@pytest.mark.parametrize("kind", ["devices", "device", "tasks"])
def test_kinds_of_later_versions_are_named(kind: str) -> None:
    with pytest.raises(Invalid, match=f"{kind} come with a later one"):
        read_request(json.dumps({"action": "subscribe", "type": kind}))


@pytest.mark.parametrize(
    "members", [{"rule": {}}, {"rule": 1.5}, {"rule": [["a"]]}, {"rule": ["a"] * 101}, {"type": ["alerts"]}]
)
def test_odd_values_are_refused(members: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        read_request(json.dumps({"action": "subscribe", "type": "alerts"} | members))


@pytest.mark.parametrize("changes", ["people", ["work", "all"], True])
def test_what_changes_are_told_is_one_of_two_words(changes: object) -> None:
    with pytest.raises(Invalid, match="all or work"):
        read_request(json.dumps({"action": "subscribe", "type": "incidents", "changes": changes}))


def test_messages_name_their_type_first() -> None:
    assert alerts_message("x", []) == '{"type":"alerts","after":"x","alerts":[]}'
    assert json.loads(error_message(Invalid("No.", field="rule"))) == {
        "type": "error",
        "error": "No.",
        "field": "rule",
        "subscription": None,
    }
