"""One request and one answer, as plain values."""

from dataclasses import dataclass, field
from typing import Any

import orjson

from lamis.simulators.refusals import Refusal, bad_request


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, as the indexer sees it."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    authorization: str = ""

    @property
    def parts(self) -> list[str]:
        """The segments of the path."""
        return [part for part in self.path.split("/") if part]

    def json(self) -> dict[str, Any]:
        """The body as an object. Raises the engine's 400."""
        if not self.body:
            return {}
        try:
            parsed = orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise bad_request(f"json parse error: {error}", "json_parse_exception") from error
        if not isinstance(parsed, dict):
            raise bad_request("Expected [START_OBJECT]")
        return parsed


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    status: int
    body: bytes
    content_type: str = "application/json; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, value: object, status: int = 200) -> "Reply":
        return cls(status, orjson.dumps(value))

    @classmethod
    def refusing(cls, refusal: Refusal) -> "Reply":
        return cls(refusal.status, refusal.body(), refusal.content_type, refusal.headers)
