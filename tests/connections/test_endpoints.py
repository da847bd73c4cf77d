"""Secrets: sealed, opened in one place, kept where left blank."""

import pytest

from lamis.base.secrets import SecretUnreadable, Vault
from lamis.base.settings import Settings
from lamis.connections.endpoints import endpoint_of, endpoint_of_draft, seal, secrets_of, unseal
from lamis.storage.engine import Database
from tests.connections.world import VAULT, add, draft, tenant

CERTIFICATE = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
KEY = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"
PROXY = "http://user:proxy-secret@192.0.2.9:3128"


def test_what_is_stored_opens_as_it_was_typed(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"), client_cert=CERTIFICATE, client_key=KEY, proxy=PROXY)
        endpoint = endpoint_of(made, vault=VAULT, settings=Settings())
    assert (endpoint.password, endpoint.proxy) == ("first-secret", PROXY)
    assert endpoint.client_key_pem == KEY + "\n"
    assert endpoint.may_reach_private
    for secret in ("first-secret", "proxy-secret", "PRIVATE"):
        assert secret not in repr(endpoint)


def test_blank_secrets_and_the_shown_proxy_keep_what_is_stored(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"), client_cert=CERTIFICATE, client_key=KEY, proxy=PROXY)
        blank = draft(password="", client_cert=CERTIFICATE, proxy="http://192.0.2.9:3128")
        endpoint = endpoint_of_draft(
            blank, vault=VAULT, settings=Settings(), may_reach_private=False, old=made
        )
        assert (endpoint.password, endpoint.proxy) == ("first-secret", PROXY)
        assert endpoint.client_key_pem == KEY + "\n"
        without = secrets_of(draft(password=""), vault=VAULT, old=made)
        assert (without.password, without.client_key_pem, without.proxy) == ("first-secret", None, None)


def test_a_lost_key_is_cured_by_typing_the_password(database: Database) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"))
        made.sealed = "of another installation"
        with pytest.raises(SecretUnreadable):
            secrets_of(draft(password=""), vault=VAULT, old=made)
        assert secrets_of(draft(password="typed-again"), vault=VAULT, old=made).password == "typed-again"


def test_nothing_sealed_is_no_secret() -> None:
    assert unseal(VAULT, None).password == ""
    with pytest.raises(SecretUnreadable):
        unseal(Vault(["o0Zt2mQ3yqKjohVmXg0m2RduvAsHT0vP0cJXJ8A2hQ5="]), seal(VAULT, unseal(VAULT, None)))
