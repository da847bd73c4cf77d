"""Headers of every answer, and the limit of every body."""

from lamis.api.envelope import MAX_BODY_BYTES
from tests.api.conftest import Speak


def test_answers_are_private_and_not_guessed_at(speak: Speak) -> None:
    for answer in (speak(None).get("/api/v2/me"), speak("vera").get("/api/v2/me")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_body_past_the_limit_is_refused(speak: Speak) -> None:
    chunk = b" " * 100_000
    body = (chunk for _ in range(MAX_BODY_BYTES // len(chunk) + 2))
    headers = {"content-type": "application/json"}
    answer = speak("olga").post("/api/v2/tenants", content=body, headers=headers)
    assert answer.status_code == 413
    assert answer.json()["error"]
