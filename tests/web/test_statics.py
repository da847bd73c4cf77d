"""Static files."""

from starlette.testclient import TestClient

from lamis.web.statics import Statics


def test_only_a_file_asked_for_by_digest_is_kept() -> None:
    client = TestClient(Statics())
    assert "immutable" in client.get("/css/base.css?v=1").headers["cache-control"]
    plain = client.get("/css/base.css")
    assert plain.headers["cache-control"] == "no-cache"
    again = client.get("/css/base.css", headers={"If-None-Match": plain.headers["etag"]})
    assert again.status_code == 304
