"""Writes from a browser must come from our own pages.

A signed-in page carries the session's own value. A page before sign-in carries a value made from
the visit cookie, which another site can neither read nor send along (SameSite=Lax). In pages it is masked:
they are packed, and what is the same in each could be guessed from their lengths, letter by letter.
"""

import base64
import binascii
import hashlib
import hmac
import secrets

FIELD = "csrf"
HEADER = "x-csrf-token"
READING = frozenset({"GET", "HEAD", "OPTIONS"})
STALE = "This page was open for too long or came from elsewhere; load it again and repeat what you did."


def new_visit() -> str:
    """The value of a new visit cookie."""
    return secrets.token_urlsafe(24)


def visit_csrf(visit: str, *, signing: str) -> str:
    """What a form shown to that visit carries."""
    return hmac.new(signing.encode(), f"visit:{visit}".encode(), hashlib.sha256).hexdigest()


def masked(value: str) -> str:
    """The value as pages carry it, another text each time; empty where there is none."""
    plain = value.encode()
    mask = secrets.token_bytes(len(plain))
    return base64.urlsafe_b64encode(mask + _exclusive(mask, plain)).decode()


def carries(sent: str | None, expected: str) -> bool:
    """Whether the sent value is the expected one, masked or as it is."""
    return is_same(sent, expected) or is_same(_unmasked(sent or "", len(expected.encode())), expected)


def is_same(sent: str | None, expected: str) -> bool:
    """Whether the sent value is the expected one; the time taken tells nothing."""
    return hmac.compare_digest((sent or "").encode(), expected.encode())


def _unmasked(sent: str, length: int) -> str | None:
    try:
        both = base64.b64decode(sent, altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    if not length or len(both) != 2 * length:
        return None
    return _exclusive(both[:length], both[length:]).decode(errors="replace")


def _exclusive(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
