"""Signatures as Standard Webhooks has them: HMAC-SHA256 over id, time and body, in Base64."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

PREFIX = "whsec_"
_SECRET_BYTES = 32


def new_secret() -> str:
    """A secret for one channel, shown to a person once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signature(secret: str, *, message_id: str, at_s: int, body: bytes) -> str:
    """`v1,…` of one message."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{at_s}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(keys: Sequence[str], *, message_id: str, at_s: int, body: bytes) -> dict[str, str]:
    """The three headers; signed with each of `keys`, so that a receiver may have either of two."""
    signed = (signature(key, message_id=message_id, at_s=at_s, body=body) for key in keys)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": " ".join(signed),
    }
