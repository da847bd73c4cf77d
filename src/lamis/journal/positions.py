"""A position as an opaque text that its holder can neither read on purpose nor make up."""

import base64
import binascii
import hashlib
import hmac

from lamis.base.errors import Invalid
from lamis.journal.types import Position

_MARK_BYTES = 9


def position_text(position: Position, *, signing: str) -> str:
    """The text of a position; it is valid by itself, for whoever may see those tenants."""
    body = ",".join(f"{key:x}.{number:x}" for key, number in sorted(position.items())).encode()
    return base64.urlsafe_b64encode(_mark(body, signing) + body).decode().rstrip("=")


def position_of(text: str, *, signing: str) -> Position:
    """The position that `position_text` made a text of. Raises Invalid for any other text."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        raw = b""
    mark, body = raw[:_MARK_BYTES], raw[_MARK_BYTES:]
    if not hmac.compare_digest(mark, _mark(body, signing)):
        raise Invalid("`after` is not one of ours; leave it out and begin anew.", field="after")
    pairs = (part.split(".") for part in body.decode().split(",") if part)
    return {int(key, 16): int(number, 16) for key, number in pairs}


def _mark(body: bytes, signing: str) -> bytes:
    return hmac.new(signing.encode(), b"position:" + body, hashlib.sha256).digest()[:_MARK_BYTES]
