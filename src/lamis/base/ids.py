"""Opaque identifiers: random ones for rows, reversible ones for alerts."""

import secrets
import time

from lamis.base.errors import NotFound

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base32, lower case
_VALUE = {letter: index for index, letter in enumerate(_ALPHABET)}
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)
_ALERT_LENGTH = 13


def _encode(value: int, length: int) -> str:
    letters = []
    for _ in range(length):
        value, rest = divmod(value, 32)
        letters.append(_ALPHABET[rest])
    return "".join(reversed(letters))


def new_id() -> str:
    """A new 26-letter id; ids made later sort later (to the millisecond)."""
    return _encode(int(time.time() * 1000) << 80 | secrets.randbits(80), 26)


def alert_id(key: int) -> str:
    """The public id of the alert stored under `key` (0 ≤ key < 2**63). Lists make it by the hundred."""
    return (
        f"{_ALPHABET[key >> 60]}{_PAIRS[key >> 50 & 1023]}{_PAIRS[key >> 40 & 1023]}"
        f"{_PAIRS[key >> 30 & 1023]}{_PAIRS[key >> 20 & 1023]}{_PAIRS[key >> 10 & 1023]}{_PAIRS[key & 1023]}"
    )


def alert_key(public_id: str) -> int:
    """The stored key of a public alert id. Raises NotFound when it cannot be one."""
    if len(public_id) != _ALERT_LENGTH or any(letter not in _VALUE for letter in public_id):
        raise NotFound("There is no such alert.")
    key = 0
    for letter in public_id:
        key = key * 32 + _VALUE[letter]
    if key >= 1 << 63:
        raise NotFound("There is no such alert.")
    return key
