"""Exports over the API."""

import csv
import io
import json
from datetime import timedelta

import pytest

from lamis.api.exports import exportable
from lamis.base.clock import utc_now
from lamis.base.errors import NotAllowed
from lamis.base.scope import Actor, Role
from tests.api.conftest import Speak, World
from tests.api.filled import connect, document, fill, store

PATH = "/api/v2/alerts/export"


@pytest.fixture
def source(world: World) -> str:
    """A source of Acme with two alerts of today, one of a day long past, and one that is a formula."""
    now = utc_now()
    found = connect(world, world.acme, "acme-emea", now=now)
    fill(world, found, 2, now=now)
    store(world, found, [document(50, at=now - timedelta(days=9))], now=now)
    store(world, found, [document(51, at=now - timedelta(hours=1), title="=1+1")], now=now)
    return found


def test_csv_is_the_last_day_with_escaped_cells(speak: Speak, source: str) -> None:
    answer = speak("nils").get(PATH)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    assert "alerts.csv" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [row["title"] for row in rows] == ["Login failed", "Login failed", "'=1+1"]


def test_ndjson_has_the_rows_of_the_list(speak: Speak, source: str) -> None:
    answer = speak("nils").get(PATH, params={"format": "ndjson", "from": "30d"})
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert len(lines) == 4
    assert lines[0] == speak("nils").get("/api/v2/alerts").json()["alerts"][0]


def test_raw_is_the_source_s_own_document_of_all_time(speak: Speak, source: str) -> None:
    answer = speak("nils").get(PATH, params={"raw": "true"})
    lines = answer.content.splitlines()
    assert len(lines) == 4
    assert lines[0].endswith(b',"_source":{"n" : 0,  "title":"Login failed"}}')
    first = json.loads(lines[0])
    assert list(first) == ["connection", "_index", "_id", "_source"]


def test_a_viewer_may_not_export_and_others_get_their_own(speak: Speak, source: str) -> None:
    assert speak("vera").get(PATH).status_code == 403
    assert speak("nobody").get(PATH).status_code == 403
    assert len(speak("greg").get(PATH).text.splitlines()) == 1
    assert speak("greg").get(PATH, params={"raw": "true"}).content == b""


def test_only_tenants_where_one_may_export_are_in_it(world: World) -> None:
    roles = {world.acme.key: Role.ANALYST, world.globex.key: Role.VIEWER}
    actor = Actor(person_id="p", name="p", roles=roles)
    assert exportable(actor).tenant_keys == {world.acme.key}
    assert exportable(actor.narrow(world.acme.key)).tenant_keys == {world.acme.key}
    with pytest.raises(NotAllowed):
        exportable(actor.narrow(world.globex.key))
