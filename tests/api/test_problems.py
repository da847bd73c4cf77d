"""Every error has one shape."""

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest
from fastapi.testclient import TestClient

from lamis.api.app import build_api
from lamis.api.problems import lamis_problem
from lamis.base import errors
from lamis.storage.engine import Database
from lamis.storage.postgres import Postgres
from tests.api.conftest import Speak, World
from tests.engines.node import free_port


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.NotFound("none"), 404),
        (errors.NotAllowed("no"), 403),
        (errors.NotSignedIn("who"), 401),
        (errors.TooSoon("wait", retry_after=timedelta(seconds=2.5)), 429),
        (errors.Conflict("twice"), 409),
        (errors.Invalid("wrong", field="name"), 422),
        (errors.Invalid("wrong"), 422),
        (errors.Unavailable("full"), 503),
        (errors.Unreachable("gone", code="timeout"), 502),
        (errors.LamisError("odd"), 500),
    ],
)
def test_each_error_has_its_status_and_a_sentence(error: errors.LamisError, status: int) -> None:
    answer = lamis_problem(error)
    body = orjson.loads(answer.body)
    assert answer.status_code == body["status"] == status
    assert answer.media_type == "application/problem+json"
    assert body["error"] == body["detail"] == str(error)
    assert body["type"] == "about:blank"
    assert body["title"]


def test_an_error_says_more_where_it_knows_more() -> None:
    assert lamis_problem(errors.NotSignedIn("who")).headers["www-authenticate"] == "Bearer"
    late = lamis_problem(errors.TooSoon("wait", retry_after=timedelta(seconds=2.5)))
    assert late.headers["retry-after"] == "3"
    assert orjson.loads(lamis_problem(errors.Invalid("wrong", field="name")).body)["field"] == "name"
    assert orjson.loads(lamis_problem(errors.Unreachable("gone", code="timeout")).body)["code"] == "timeout"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api", 404),
        ("GET", "/api/v2", 404),
        ("GET", "/api/v2/none", 404),
        ("GET", "/api/v2/alerts/", 404),
        ("DELETE", "/api/v2/alerts", 405),
        ("GET", "/api/v2/auth/token", 405),
        ("POST", "/api/v2/auth/token", 422),
    ],
)
def test_the_framework_s_errors_are_problems_too(speak: Speak, method: str, path: str, status: int) -> None:
    answer = speak(None).request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["error"]
    assert "location" not in answer.headers


def test_wrong_input_names_the_field(speak: Speak) -> None:
    answer = speak("vera").get("/api/v2/alerts", params={"limit": "many"})
    assert answer.status_code == 422
    assert answer.json()["field"] == "limit"
    assert "limit" in answer.json()["error"]


def test_broken_json_is_a_problem(speak: Speak) -> None:
    headers = {"content-type": "application/json"}
    answer = speak("olga").post("/api/v2/tenants", content=b'{"name": ', headers=headers)
    assert answer.status_code == 422
    assert answer.json()["error"]


def test_a_body_that_is_not_json_is_told_in_a_sentence(speak: Speak) -> None:
    headers = {"Content-Type": "application/json"}
    answer = speak("olga").post("/api/v2/tenants", content=b"{bad", headers=headers)
    assert answer.status_code == 422
    assert answer.json()["error"] == "The body is not JSON."
    assert answer.json()["field"] == "body"


def test_a_database_that_is_away_is_told_in_a_sentence(world: World) -> None:
    gone = Database(Postgres(f"postgresql://lamis:secret@127.0.0.1:{free_port()}/lamis"))
    client = TestClient(build_api(replace(world.runtime, database=gone)))
    form = {"username": "vera", "password": "long enough to be one"}
    answer = client.post("/api/v2/auth/token", data=form)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.json()["error"].startswith("The database cannot be reached.")
    assert "secret" not in answer.text
    gone.close()


@pytest.mark.parametrize("sign", ["\\u0000", "\\ud800"])
def test_a_text_that_no_database_keeps_is_refused_on_both_engines(
    world: World, speak: Speak, sign: str
) -> None:
    for path, body in (
        ("allow-list", f'{{"address":"203.0.113.8","note":"{sign}"}}'),
        ("allow-list", f'{{"address":"{sign}"}}'),
        ("people", f'{{"name":"z","tenant":"{sign}","role":"viewer"}}'),
    ):
        sent = {"content": body, "headers": {"content-type": "application/json"}}
        answer = speak("anna").post(f"/api/v2/{path}", **sent)
        assert answer.status_code < 500, answer.text
    assert speak(None).post("/api/v2/auth/token", data={"username": "a\0", "password": "x"}).status_code < 500
