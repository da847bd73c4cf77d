"""Security headers, also where nothing below sets any."""

from starlette.responses import Response
from starlette.testclient import TestClient

from lamis.base.settings import Settings
from lamis.web.headers import SecurityHeaders


def test_an_answer_that_may_be_kept_says_so_itself() -> None:
    kept = Response("x", headers={"Cache-Control": "public", "Referrer-Policy": "unsafe-url"})
    answer = TestClient(SecurityHeaders(kept, Settings(_env_file=None))).get("/")
    assert answer.headers["cache-control"] == "public"
    assert answer.headers["referrer-policy"] == "same-origin"


def test_over_tls_browsers_are_told_to_stay_there() -> None:
    client = TestClient(
        SecurityHeaders(Response("x"), Settings(_env_file=None)), base_url="https://lamis.example"
    )
    assert client.get("/").headers["strict-transport-security"] == "max-age=31536000"
