"""The API as a whole: strangers are kept out, and the OpenAPI document tells everything."""

import pytest

from lamis.access import cookies
from lamis.access.callers import cookie_actor
from lamis.access.sign_in import start_session
from lamis.api.app import build_api
from lamis.base.clock import utc_now
from tests.api.conftest import Speak, World

OPEN = {("/api/v2/auth/token", "post")}


def test_the_openapi_document_is_whole(speak: Speak) -> None:
    document = speak(None).get("/api/v2/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert "/api/v2/alerts" in document["paths"]
    assert "Page" in document["components"]["schemas"]
    assert all(
        operation.get("description") or operation.get("summary")
        for path in document["paths"].values()
        for operation in path.values()
    )


def test_a_stranger_gets_401_everywhere(speak: Speak) -> None:
    stranger = speak(None)
    document = stranger.get("/api/v2/openapi.json").json()
    asked = 0
    for path, operations in document["paths"].items():
        for method in operations:
            if (path, method) in OPEN:
                continue
            answer = stranger.request(method, path.replace("{", "").replace("}", ""))
            assert answer.status_code == 401, (method, path, answer.text)
            assert answer.json()["error"]
            asked += 1
    assert asked > 10


def test_the_session_cookie_is_taken_and_writes_need_the_csrf_value(world: World, speak: Speak) -> None:
    token = start_session(world.runtime, world.ids["nils"], address="::1", agent="test", now=utc_now())
    client = speak(None)
    client.cookies.set(cookies.SESSION, token)
    assert client.get("/api/v2/me").json()["name"] == "nils"
    refused = client.post("/api/system/refresh")
    assert refused.status_code == 403
    assert refused.headers["content-type"] == "application/problem+json"
    with world.runtime.database.read() as session:
        found = cookie_actor(session, token, now=utc_now())
    assert found is not None
    assert client.post("/api/system/refresh", headers={"X-CSRF-Token": found[0].csrf}).status_code == 202


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_there_are_no_pages_that_load_foreign_scripts(world: World, speak: Speak, path: str) -> None:
    assert build_api(world.runtime)
    assert speak(None).get(path).status_code == 404
