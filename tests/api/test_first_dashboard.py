"""The first dashboard's two addresses, as its users know them."""

from datetime import timedelta

import pytest

from lamis.base.clock import utc_now
from tests.api.conftest import Speak, World
from tests.api.filled import connect, document, fill, store

PATH = "/api/alerts"
MEMBERS = {
    "alerts",
    "total_alerts_in_cache",
    "total_alerts_last_24h",
    "total_pages",
    "current_page",
    "last_update",
}


@pytest.fixture
def source(world: World) -> str:
    """An active source of Acme with 30 alerts of the last hour and one of last week, and a paused one."""
    now = utc_now()
    found = connect(world, world.acme, "acme-emea", now=now)
    fill(world, found, 30, now=now)
    store(world, found, [document(99, at=now - timedelta(days=7))], now=now)
    paused = connect(world, world.acme, "acme-old", now=now, is_active=False)
    fill(world, paused, 2, now=now)
    return found


def test_the_first_page_is_the_newest_25(world: World, speak: Speak, source: str) -> None:
    answer = speak("vera").get(PATH)
    body = answer.json()
    assert set(body) == MEMBERS
    assert len(body["alerts"]) == 25
    assert (body["total_alerts_in_cache"], body["total_alerts_last_24h"]) == (30, 30)
    assert (body["total_pages"], body["current_page"]) == (2, 1)
    assert body["last_update"].endswith("Z")
    first = body["alerts"][0]
    assert set(first) == {"_index", "_id", "_source", "_source_manager_name", "_source_manager_id"}
    assert (first["_id"], first["_source_manager_name"], first["_source_manager_id"]) == (
        "doc-0",
        "acme-emea",
        source,
    )
    assert b'"_source":{"n" : 0,  "title":"Login failed"}' in answer.content


@pytest.mark.slow
@pytest.mark.parametrize(
    ("params", "page", "length"),
    [
        ({"page": "2"}, 2, 5),
        ({"page": "3"}, 3, 0),
        ({"page": "0"}, 1, 25),
        ({"page": "-1"}, 1, 25),
        ({"page": "first"}, 1, 25),
        ({"page": ""}, 1, 25),
        ({"per_page": "10"}, 1, 10),
        ({"per_page": "0"}, 1, 25),
        ({"per_page": "x"}, 1, 25),
        ({"per_page": "100000"}, 1, 30),
        ({"page": "9" * 30}, int("9" * 30), 0),
    ],
)
def test_odd_pages_are_answered_as_before(
    speak: Speak, source: str, params: dict[str, str], page: int, length: int
) -> None:
    answer = speak("vera").get(PATH, params=params)
    assert answer.status_code == 200
    assert answer.json()["current_page"] == page
    assert len(answer.json()["alerts"]) == length


def test_nothing_to_see_has_all_keys(speak: Speak, source: str) -> None:
    assert speak("greg").get(PATH).json() == {
        "alerts": [],
        "total_alerts_in_cache": 0,
        "total_alerts_last_24h": 0,
        "total_alerts": 0,
        "total_pages": 0,
        "current_page": 1,
        "last_update": None,
    }


def test_refresh_makes_the_sources_due(world: World, speak: Speak, source: str) -> None:
    answer = speak("nils").post("/api/system/refresh")
    assert answer.status_code == 202
    assert answer.json() == {"message": "Refresh command sent successfully."}
    assert world.alarms == ["collect"]


def test_refresh_needs_a_role(speak: Speak) -> None:
    assert speak(None).post("/api/system/refresh").status_code == 401
    assert speak("vera").post("/api/system/refresh").status_code == 202
    assert speak("nobody").post("/api/system/refresh").status_code == 403


def test_a_database_that_refuses_is_500_with_an_error(world: World, speak: Speak) -> None:
    nils = speak("nils")
    world.doors.database.write = _refuse  # type: ignore[method-assign]
    answer = nils.post("/api/system/refresh")
    assert answer.status_code == 500
    assert answer.json()["error"]


def _refuse() -> None:
    raise OSError("the disk is gone")
