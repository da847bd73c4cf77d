"""Passwords: Argon2id, with the same work for people who do not exist."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

# RFC 9106's second choice: 64 MiB and 3 passes. At most two at once, so that a flood of sign-ins
# cannot take the memory of the collector.
HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
_AT_ONCE = threading.BoundedSemaphore(2)
# Of a random text that nobody kept, made with the costs above.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def hash_password(password: str) -> str:
    """The Argon2id hash to store; takes about a tenth of a second and 64 MiB."""
    with _AT_ONCE:
        return HASHER.hash(password)


def is_right(password: str, password_hash: str | None) -> bool:
    """Whether the password belongs to the hash; None costs the same time and is never right."""
    with _AT_ONCE:
        try:
            HASHER.verify(password_hash or NOBODY, password)
        except (VerifyMismatchError, InvalidHashError):
            return False
    return password_hash is not None
