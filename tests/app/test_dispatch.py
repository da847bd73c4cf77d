"""Which part answers which address."""

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from lamis.app.dispatch import Dispatch


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/", "web"),
        ("/alerts", "web"),
        ("/apiary", "web"),
        ("/healthz/more", "web"),
        ("/api", "api"),
        ("/api/alerts", "api"),
        ("/api/v2/none", "api"),
        ("/healthz", "health"),
        ("/readyz", "health"),
    ],
)
def test_each_address_has_one_part_that_answers(path: str, part: str) -> None:
    parts = {name: PlainTextResponse(name) for name in ("health", "api", "web")}
    assert TestClient(Dispatch(**parts)).get(path).text == part
