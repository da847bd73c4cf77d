"""One request and what is refused, as plain values."""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any

from lamis.simulators.exchange import Reply


@dataclass(frozen=True, slots=True)
class Ask:
    """One request as the web server passes it on; `target` is the path with its query, as sent."""

    method: str
    target: str
    body: bytes = b""
    authorization: str | None = None
    content_type: str = ""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def login(self) -> tuple[str, str] | None:
        """Key and secret of a basic authentication; None where the header is anything else."""
        scheme, _, token = (self.authorization or "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            key, separator, secret = base64.b64decode(token, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return None
        return (key, secret) if separator else None


@dataclass(frozen=True, slots=True)
class Call:
    """A request that reached its handler: parameters of the path, fields of the body."""

    method: str
    params: list[str]
    fields: dict[str, Any] = field(default_factory=dict)
    is_readonly: bool = False

    @property
    def is_post(self) -> bool:
        return self.method == "POST"

    def text(self, name: str, default: str = "") -> str:
        """A scalar field as text. Raises Unexpected for a list or object, as PHP does."""
        value = self.fields.get(name, default)
        if isinstance(value, list | dict):
            raise Unexpected
        return "" if value is None else str(value)

    def number(self, name: str, default: int) -> int:
        """A field as an integer, as PHP casts it."""
        try:
            return int(self.text(name, str(default)))
        except ValueError:
            return 0

    def object(self, name: str) -> dict[str, Any] | None:
        """A field that is an object of scalars; None where it is not there."""
        value = self.fields.get(name)
        return value if isinstance(value, dict) else None


class Unexpected(Exception):
    """Something the code did not see coming: the generic 500."""


class UserError(Exception):
    """A 500 with a text for people."""

    def __init__(self, message: str, *, title: str) -> None:
        super().__init__(message)
        self.message = message
        self.title = title


def json_status(status: int, message: str) -> Reply:
    """The short JSON of a status."""
    return Reply.of({"status": status, "message": message}, status)
