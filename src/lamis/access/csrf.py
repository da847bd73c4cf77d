"""Writes from a browser must come from our own pages.

A signed-in page carries the session's own value. A page before sign-in carries a value made from
the visit cookie, which another site can neither read nor send along (SameSite=Lax).
"""

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


def is_same(sent: str | None, expected: str) -> bool:
    """Whether the sent value is the expected one; the time taken tells nothing."""
    return hmac.compare_digest((sent or "").encode(), expected.encode())
