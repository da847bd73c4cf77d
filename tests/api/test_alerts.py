"""Alerts over the API."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lamis.api.alerts import MOST_BARS
from lamis.base.clock import iso, utc_now
from tests.api.conftest import Speak, World
from tests.api.filled import connect, document, fill, store

PATH = "/api/v2/alerts"
MEMBERS = {
    "id",
    "created_at",
    "stored_at",
    "severity",
    "severity_name",
    "level",
    "rule",
    "title",
    "tenant",
    "connection",
    "device",
    "source_address",
    "user",
    "status",
}


@pytest.fixture
def source(world: World) -> str:
    """A source of Acme with three alerts of the last minutes."""
    now = utc_now()
    found = connect(world, world.acme, "acme-emea", now=now)
    fill(world, found, 3, now=now)
    return found


def test_the_list_has_the_promised_members(world: World, speak: Speak, source: str) -> None:
    answer = speak("vera").get(PATH)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert set(body) == {"alerts", "next"}
    assert body["next"] is None
    first = body["alerts"][0]
    assert set(first) >= MEMBERS
    assert first["created_at"].endswith("Z")
    assert (first["severity_name"], first["level"]) == ("medium", 5)
    assert (first["tenant"], first["connection"]) == ("Acme", "acme-emea")
    assert first["source_address"] == "198.51.100.7"
    times = [alert["created_at"] for alert in body["alerts"]]
    assert times == sorted(times, reverse=True)


def test_nobody_sees_another_tenant_s_alerts(world: World, speak: Speak, source: str) -> None:
    for who in ("greg", "nobody"):
        assert speak(who).get(PATH).json() == {"alerts": [], "next": None}
        asked = {"tenant": world.acme.id}
        assert speak(who).get(PATH, params=asked).json()["alerts"] == []
        assert speak(who).get(PATH, params={"connection": source}).json()["alerts"] == []
        assert speak(who).get(f"{PATH}/stats").json()["total"] == 0
        assert speak(who).get(f"{PATH}/top").json()["items"] == []
        bars = speak(who).get(f"{PATH}/histogram").json()["buckets"]
        assert sum(bar["total"] for bar in bars) == 0


def test_pages_follow_each_other_without_doubles(speak: Speak, source: str) -> None:
    vera = speak("vera")
    whole = [alert["id"] for alert in vera.get(PATH).json()["alerts"]]
    found: list[str] = []
    cursor = None
    while True:
        params = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = vera.get(PATH, params=params).json()
        found += [alert["id"] for alert in page["alerts"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == whole
    assert len(found) == 3


def test_only_the_last_day_unless_asked_otherwise(world: World, speak: Speak, source: str) -> None:
    now = utc_now()
    store(world, source, [document(99, at=now - timedelta(days=3))], now=now)
    vera = speak("vera")
    assert len(vera.get(PATH).json()["alerts"]) == 3
    assert len(vera.get(PATH, params={"from": "7d"}).json()["alerts"]) == 4
    assert len(vera.get(PATH, params={"to": iso(now - timedelta(days=2))}).json()["alerts"]) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "501"}, "limit"),
        ({"severity": "awful"}, "severity"),
        ({"from": "soon"}, "from"),
        ({"address": "web-1"}, "address"),
        ({"level": "x"}, "level"),
        ({"cursor": "!"}, "cursor"),
    ],
)
def test_wrong_filters_name_the_field(speak: Speak, params: dict[str, str], field: str) -> None:
    answer = speak("vera").get(PATH, params=params)
    assert answer.status_code == 422
    assert answer.json()["field"] == field
    assert answer.json()["error"]


def test_one_alert_has_its_document_byte_for_byte(speak: Speak, source: str) -> None:
    vera = speak("vera")
    newest = vera.get(PATH).json()["alerts"][0]
    answer = vera.get(f"{PATH}/{newest['id']}")
    assert answer.status_code == 200
    assert b'"document":{"n" : 0,  "title":"Login failed"}' in answer.content
    body = answer.json()
    assert set(body) >= MEMBERS
    assert (body["index"], body["document_id"]) == ("wazuh-alerts-4.x-2026.03.01", "doc-0")
    assert body["groups"] == ["sshd"]


def test_an_unknown_and_a_foreign_alert_are_the_same(speak: Speak, source: str) -> None:
    newest = speak("vera").get(PATH).json()["alerts"][0]["id"]
    foreign = speak("greg").get(f"{PATH}/{newest}")
    unknown = [speak("greg").get(f"{PATH}/{text}") for text in ("0" * 13, "none", "z" * 13)]
    assert foreign.status_code == 404
    assert {answer.content for answer in unknown} == {foreign.content}


def test_counts_agree_with_the_list(speak: Speak, source: str) -> None:
    vera = speak("vera")
    stats = vera.get(f"{PATH}/stats").json()
    assert (stats["total"], stats["by_severity"]["medium"]) == (3, 3)
    bars = vera.get(f"{PATH}/histogram", params={"step_s": "900"}).json()
    assert sum(bar["total"] for bar in bars["buckets"]) == 3
    assert set(bars["buckets"][0]) == {"from", "to", "total", "low", "medium", "high", "critical"}
    for by, value in (("rule", "5710"), ("device", "web-1"), ("address", "198.51.100.7")):
        found = vera.get(f"{PATH}/top", params={"by": by}).json()
        assert found["items"] == [{"value": value, "count": 3}]


def test_a_histogram_has_a_bounded_number_of_bars(speak: Speak) -> None:
    days = MOST_BARS // 24 + 2
    answer = speak("vera").get(f"{PATH}/histogram", params={"from": f"{days}d"})
    assert answer.status_code == 422
    assert answer.json()["field"] == "step_s"
    for step_s in ("1000", "900000000000000000"):
        assert speak("vera").get(f"{PATH}/histogram", params={"step_s": step_s}).status_code == 422
    assert speak("vera").get(f"{PATH}/top", params={"by": "colour"}).status_code == 422


def test_a_histogram_up_to_a_time_is_of_the_day_before_it(speak: Speak, source: str) -> None:
    until = utc_now() - timedelta(days=3)
    answer = speak("vera").get(f"{PATH}/histogram", params={"to": iso(until)})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["from"], body["to"]) == (iso(until - timedelta(days=1)), iso(until))
    assert sum(bar["total"] for bar in body["buckets"]) == 0


@pytest.mark.parametrize("more", ["", "/stats", "/histogram", "/top", "/export"])
def test_a_slip_in_a_parameter_s_name_is_said(speak: Speak, source: str, more: str) -> None:
    nils = speak("nils")
    answer = nils.get(f"{PATH}{more}", params={"sevrity": "high"})
    assert answer.status_code == 422
    assert answer.json()["field"] == "sevrity"
    assert "severity" in answer.json()["error"]
    assert nils.get(f"{PATH}{more}", params={"_": "1", "severity": "high"}).status_code == 200


def test_words_are_refused_where_no_text_index_is_kept(world: World, source: str) -> None:
    settings = world.runtime.settings.model_copy(update={"text_index": False})
    without = replace(world, runtime=replace(world.runtime, settings=settings))
    for more in ("", "/stats", "/changes"):
        answer = without.client("vera").get(f"{PATH}{more}", params={"q": "login"})
        assert (answer.status_code, answer.json()["field"]) == (422, "q")
        assert "Text search is off" in answer.json()["error"]


def test_a_histogram_up_to_the_first_of_all_days_is_empty(speak: Speak) -> None:
    answer = speak("vera").get(f"{PATH}/histogram", params={"to": "0001-01-01T00:00:00Z"})
    assert (answer.status_code, answer.json()["buckets"]) == (200, [])
