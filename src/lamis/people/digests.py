"""Tokens that only their holder knows: the store keeps a digest."""

import hashlib
import secrets


def new_token() -> str:
    """A new secret of 256 bits, fit for a cookie or an address."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored of a token. A fast hash is enough: the token is random and long."""
    return hashlib.sha256(token.encode()).hexdigest()
