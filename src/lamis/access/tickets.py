"""Tickets: what a page opens its socket with, so that no lasting secret stands in an address."""

from datetime import datetime, timedelta

from lamis.access.credentials import Credential
from lamis.base.errors import NotSignedIn
from lamis.storage.one_time import OneTime

LIFE = timedelta(seconds=30)


def give_ticket(one_time: OneTime, credential: Credential, *, now: datetime) -> str:
    """A ticket that stands for `credential` once, within LIFE."""
    return one_time.keep(f"{credential.via}:{credential.value}", now=now, until=now + LIFE)


def use_ticket(one_time: OneTime, ticket: str, *, now: datetime) -> Credential:
    """What the ticket stands for. Raises NotSignedIn for a wrong, used or late one."""
    via, _, value = (one_time.take(ticket, now=now) or "").partition(":")
    if via == "session":
        return Credential("session", value)
    if via == "token":
        return Credential("token", value)
    raise NotSignedIn("The ticket is wrong, used or too old; ask for a new one.")
