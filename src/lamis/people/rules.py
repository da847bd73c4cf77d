"""Decisions about names, passwords and tries on plain values."""

import ipaddress
from datetime import timedelta

from lamis.base.names import NAME_LENGTH, folded, is_visible

PASSWORD_LENGTH = 12
PASSWORD_LONGEST = 1024
TRIES_FREE_BY_NAME = 5
TRIES_FREE_BY_ADDRESS = 20
# Long enough against guessing, short enough that nobody is locked out by somebody else for long.
LONGEST_WAIT = timedelta(minutes=1)
TRIES_FORGOTTEN_AFTER = timedelta(hours=1)


def why_not_a_name(name: str) -> str | None:
    """A sentence saying why `name` (tidied) cannot name a person; None when it can."""
    if not name:
        return "Give a name; an e-mail address is fine."
    if len(name) > NAME_LENGTH:
        return f"A name has at most {NAME_LENGTH} characters; this one has {len(name)}."
    if not is_visible(name):
        return "The name holds a control or invisible character; type it again."
    return None


def why_not_a_password(password: str, *, name: str) -> str | None:
    """A sentence saying what is wrong with a new password and what to do; None when it is fine."""
    if len(password) < PASSWORD_LENGTH:
        return (
            f"The password needs at least {PASSWORD_LENGTH} characters; this one has {len(password)}. "
            "A few words in a row do well."
        )
    if len(password) > PASSWORD_LONGEST:
        return f"The password has more than {PASSWORD_LONGEST} characters; choose a shorter one."
    if folded(password) == folded(name):
        return "The password is the name itself; choose another one."
    if len(set(password)) < 4:
        return "The password repeats the same few characters; a few words in a row do well."
    return None


def address_group(address: str) -> str:
    """The addresses one caller can choose from freely: an IPv4 address, or an IPv6 /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:45]
    if parsed.version == 6 and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed.ipv4_mapped if parsed.version == 6 else parsed)


def wait_after(failures: int, *, free: int, longest: timedelta) -> timedelta:
    """How long the next try waits after so many failures: none for `free`, then 1 s doubling to `longest`."""
    if failures < free:
        return timedelta()
    return min(timedelta(seconds=2 ** min(failures - free, 20)), longest)
