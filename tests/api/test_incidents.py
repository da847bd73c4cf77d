"""Incidents over the API."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from lamis.base.clock import iso, utc_now
from tests.api.conftest import Speak, World
from tests.api.filled import connect, document, store

PATH = "/api/v2/incidents"
IN_AN_HOUR = iso(utc_now() + timedelta(hours=1))
ACTS: dict[str, Mapping[str, object] | None] = {
    "acknowledge": None,
    "close": {"verdict": "benign"},
    "reopen": None,
    "comment": {"text": "x"},
    "assign": {"assignee": "me"},
    "mute": {"until": IN_AN_HOUR},
}


@pytest.fixture
def incident_id(world: World) -> str:
    """The only incident: Acme's, of two alerts."""
    now = utc_now()
    source = connect(world, world.acme, "emea", now=now)
    store(world, source, [document(n, at=now, level=8) for n in (1, 2)], now=now)
    (found,) = world.client("olga").get(PATH).json()["incidents"]
    return str(found["id"])


def test_strangers_are_refused(speak: Speak, incident_id: str) -> None:
    assert speak(None).get(PATH).status_code == 401
    assert speak(None).get(f"{PATH}/{incident_id}").status_code == 401
    for act, body in ACTS.items():
        assert speak(None).post(f"{PATH}/{incident_id}/{act}", json=body).status_code == 401


def test_a_row_has_what_people_ask_for(world: World, speak: Speak, incident_id: str) -> None:
    (row,) = speak("vera").get(PATH).json()["incidents"]
    assert (row["id"], row["number"], row["title"], row["count"]) == (incident_id, 1, "Login failed", 2)
    assert (row["severity"], row["severity_name"], row["state"]) == (3, "high", "open")
    assert (row["tenant"], row["tenant_id"], row["device"]) == ("Acme", world.acme.id, "web-1")
    assert row["first_seen"].endswith("Z")


def test_a_foreigner_finds_nothing(speak: Speak, incident_id: str) -> None:
    assert speak("greg").get(PATH).json() == {"incidents": [], "next": None}
    unknown = speak("greg").get(f"{PATH}/none")
    foreign = speak("greg").get(f"{PATH}/{incident_id}")
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.content == unknown.content
    for act, body in ACTS.items():
        assert speak("greg").post(f"{PATH}/{incident_id}/{act}", json=body).status_code == 404


@pytest.mark.parametrize("act", ACTS)
def test_a_viewer_may_only_look(speak: Speak, incident_id: str, act: str) -> None:
    assert speak("vera").get(f"{PATH}/{incident_id}").status_code == 200
    assert speak("vera").post(f"{PATH}/{incident_id}/{act}", json=ACTS[act]).status_code == 403


def test_the_life_of_an_incident(world: World, speak: Speak, incident_id: str) -> None:
    nils = speak("nils")

    def sent(act: str, body: Mapping[str, object] | None = None) -> Mapping[str, object]:
        answer = nils.post(f"{PATH}/{incident_id}/{act}", json=ACTS[act] if body is None else body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    assert sent("acknowledge")["assignee"] == "nils"
    assert sent("assign", {"assignee": None})["assignee"] is None
    assert sent("assign", {"assignee": world.ids["anna"]})["assignee"] == "anna"
    assert sent("mute")["muted_until"] == IN_AN_HOUR
    assert sent("mute", {"until": None})["muted_until"] is None
    closed = sent("close", {"verdict": "false_positive", "comment": "Noise"})
    assert (closed["state"], closed["verdict"]) == ("closed", "false positive")
    again = nils.post(f"{PATH}/{incident_id}/close", json=ACTS["close"])
    assert (again.status_code, "already closed by nils" in again.json()["error"]) == (409, True)
    history = sent("comment", {"text": "Sure?"})["history"]
    assert isinstance(history, list)
    assert [each["kind"] for each in history] == [
        "acknowledged",
        "assigned",
        "assigned",
        "muted",
        "muted",
        "closed",
        "commented",
    ]
    assert sent("reopen")["state"] == "open"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("act", "body", "field"),
    [
        ("close", {"verdict": "perhaps"}, "verdict"),
        ("close", {"verdict": "benign", "comment": "x" * 4001}, "comment"),
        ("close", {}, "verdict"),
        ("close", {"verdict": "benign", "more": 1}, "more"),
        ("comment", {"text": " "}, "comment"),
        ("assign", {"assignee": "nobody-at-all"}, "assignee"),
        ("assign", {}, "assignee"),
        ("mute", {"until": "2001-01-01T00:00:00Z"}, "until"),
        ("mute", {"until": "2999-01-01T00:00:00Z"}, "until"),
        ("mute", {"until": "2999-01-01T00:00:00"}, "until"),
    ],
)
def test_wrong_input_names_its_field(
    speak: Speak, incident_id: str, act: str, body: Mapping[str, object], field: str
) -> None:
    answer = speak("nils").post(f"{PATH}/{incident_id}/{act}", json=body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("state=closed", 0),
        ("state=all", 1),
        ("severity=high", 1),
        ("severity=critical", 0),
        ("q=login", 1),
        ("q=%231", 1),
        ("number=2", 0),
        ("assignee=nobody", 1),
        ("assignee=me", 0),
        ("tenant=acme", 1),
        ("tenant=globex", 0),
    ],
)
def test_filters_narrow(speak: Speak, incident_id: str, query: str, count: int) -> None:
    assert len(speak("olga").get(f"{PATH}?{query}").json()["incidents"]) == count


@pytest.mark.parametrize("query", ["state=gone", "severity=awful", "number=x", "cursor=x", "limit=0"])
def test_a_wrong_filter_is_told(speak: Speak, query: str) -> None:
    answer = speak("olga").get(f"{PATH}?{query}")
    assert (answer.status_code, answer.json()["field"]) == (422, query.partition("=")[0])


def test_its_alerts_are_found_by_it_and_show_its_status(speak: Speak, incident_id: str) -> None:
    nils = speak("nils")
    nils.post(f"{PATH}/{incident_id}/acknowledge")
    found = nils.get("/api/v2/alerts", params={"incident": incident_id}).json()["alerts"]
    assert [(each["status"], each["incident"]) for each in found] == [("acknowledged", incident_id)] * 2
    assert speak("greg").get("/api/v2/alerts", params={"incident": incident_id}).json()["alerts"] == []


def test_the_description_names_the_rows(speak: Speak) -> None:
    schemas = speak("olga").get("/api/v2/openapi.json").json()["components"]["schemas"]
    assert {"IncidentRow", "IncidentsPage", "Closing"} <= schemas.keys()


def test_changes_are_counted_from_where_one_stands(world: World, speak: Speak, incident_id: str) -> None:
    nils = speak("nils")
    start = nils.get(f"{PATH}/changes").json()
    assert (start["count"], start["is_whole"]) == (0, True)
    nils.post(f"{PATH}/{incident_id}/close", json={"verdict": "benign"})
    told = nils.get(f"{PATH}/changes", params={"after": start["after"]}).json()
    assert (told["count"], told["is_whole"]) == (1, True)
    assert nils.get(f"{PATH}/changes", params={"after": told["after"]}).json()["count"] == 0
    assert nils.get(f"{PATH}/changes?after=x").status_code == 422
    assert speak(None).get(f"{PATH}/changes").status_code == 401
