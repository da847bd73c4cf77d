"""Secrets: sealed, opened in one place, kept where left blank."""

import pytest

from lamis.base.errors import Invalid
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


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "https://198.51.100.7:9200"},
        {"url": ["https://192.0.2.1:9200", "https://198.51.100.7:9200"]},
        {"url": "http://192.0.2.1:9200"},
        {"proxy": "http://198.51.100.7:3128"},
        {"proxy": "socks5://192.0.2.9:3128"},
    ],
)
def test_a_stored_password_is_not_sent_elsewhere_or_in_the_clear(
    database: Database, changes: dict[str, object]
) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"), proxy=PROXY)
        with pytest.raises(Invalid, match="enter the password again"):
            secrets_of(
                draft(password="", **{"proxy": "http://192.0.2.9:3128"} | changes), vault=VAULT, old=made
            )
        assert secrets_of(draft(password="typed", **changes), vault=VAULT, old=made).password == "typed"


@pytest.mark.parametrize("url", ["https://192.0.2.1:9201", "https://192.0.2.1:9200/below"])
def test_another_port_or_path_of_the_host_keeps_the_password(database: Database, url: str) -> None:
    with database.write() as session:
        made = add(session, tenant(session, "acme"), url="http://192.0.2.1:9200")
        assert secrets_of(draft(password="", url=url), vault=VAULT, old=made).password == "first-secret"


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
