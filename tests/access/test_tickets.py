"""Tickets for the socket."""

from datetime import UTC, datetime

import pytest

from lamis.access.credentials import Credential
from lamis.access.tickets import LIFE, give_ticket, use_ticket
from lamis.base.errors import NotSignedIn
from lamis.storage.one_time import OneTime

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize("credential", [Credential("session", "digest"), Credential("token", "a.b:c")])
def test_a_ticket_stands_once_for_what_it_was_given_for(credential: Credential) -> None:
    kept = OneTime()
    ticket = give_ticket(kept, credential, now=NOW)
    assert use_ticket(kept, ticket, now=NOW) == credential
    with pytest.raises(NotSignedIn):
        use_ticket(kept, ticket, now=NOW)


def test_a_late_ticket_is_none() -> None:
    kept = OneTime()
    ticket = give_ticket(kept, Credential("token", "t"), now=NOW)
    with pytest.raises(NotSignedIn):
        use_ticket(kept, ticket, now=NOW + LIFE)


def test_a_credential_does_not_tell_its_secret() -> None:
    assert "hidden" not in repr(Credential("token", "hidden"))
