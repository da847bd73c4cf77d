"""Static files."""

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from lamis.views import assets
from lamis.views.render import STATIC, static_url
from lamis.web.statics import Statics

SHEET = "/css/base.css"


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[Mount("/", Statics())]))


def test_only_a_file_asked_for_by_its_digest_is_kept(client: TestClient) -> None:
    digest = assets.read(STATIC, "css/base.css").digest
    assert static_url("css/base.css").endswith(f"?v={digest}")
    assert "immutable" in client.get(f"{SHEET}?v={digest}").headers["cache-control"]
    for other in (SHEET, f"{SHEET}?v=1", f"{SHEET}?v={digest}&v=1"):
        plain = client.get(other)
        assert plain.headers["cache-control"] == "no-cache"
        again = client.get(other, headers={"If-None-Match": plain.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_texts_are_packed_for_who_takes_that(client: TestClient) -> None:
    packed = client.get(SHEET, headers={"Accept-Encoding": "gzip"})
    plain = client.get(SHEET, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])
    assert packed.headers["etag"] != plain.headers["etag"]
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"


def test_types_are_told(client: TestClient) -> None:
    types = {"/css/base.css": "text/css", "/js/live.js": "text/javascript", "/mark.svg": "image/svg+xml"}
    for path, kind in types.items():
        assert client.get(path).headers["content-type"].partition(";")[0] == kind


def test_what_is_not_there_or_elsewhere_is_not_served(client: TestClient) -> None:
    for path in ("/none.css", "/css", "/../render.py", "/%2e%2e/render.py", "/css/../../render.py"):
        assert client.get(path).status_code == 404
    assert client.post(SHEET).status_code == 405
