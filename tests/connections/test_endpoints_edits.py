"""What an edit keeps of the stored secrets, and what it must ask for again."""

from dataclasses import replace

import pytest

from lamis.base.errors import Invalid
from lamis.base.secrets import SecretUnreadable, Vault
from lamis.connections.drafts import ConnectionDraft
from lamis.connections.endpoints import Secrets, seal, secrets_of
from lamis.connections.models import Connection
from lamis.connections.types import ConnectionKind, Trust, TrustMode
from tests.connections.world import VAULT

OTHER_VAULT = Vault(["qIqpVU9hJX1tFTQd1L1yDs5yqkzSO2BVBzpRd5uhpcM="])
HOST = "https://192.0.2.10:9200"
PROXY = "http://user:proxy-pw@proxy.example:3128"
STORED = Secrets("stored", "stored key", PROXY)
BLANK = ConnectionDraft(
    "Branch", ConnectionKind.WAZUH, (HOST,), client_cert_pem="cert", proxy="http://proxy.example:3128"
)


def connection(*, vault: Vault = VAULT, secrets: Secrets = STORED) -> Connection:
    return Connection(kind="wazuh", urls=[HOST, "https://192.0.2.11:9200"], sealed=seal(vault, secrets))


def edited(typed: ConnectionDraft, old: Connection | None = None) -> Secrets:
    return secrets_of(typed, vault=VAULT, old=old or connection())


def test_a_new_connection_has_what_was_typed() -> None:
    typed = replace(BLANK, password="typed", client_key_pem="key")
    assert secrets_of(typed, vault=VAULT, old=None) == Secrets("typed", "key", BLANK.proxy)
    assert secrets_of(BLANK, vault=VAULT, old=None) == Secrets("", None, BLANK.proxy)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (BLANK, STORED),
        (replace(BLANK, password="typed"), replace(STORED, password="typed")),
        (replace(BLANK, client_key_pem="typed"), replace(STORED, client_key_pem="typed")),
        (replace(BLANK, client_cert_pem=None), replace(STORED, client_key_pem=None)),
        (replace(BLANK, proxy=None), replace(STORED, proxy=None)),
        (
            replace(BLANK, password="typed", proxy="http://other.example"),
            Secrets("typed", "stored key", "http://other.example"),
        ),
        (
            replace(BLANK, proxy="http://new:pw@proxy.example:3128"),
            replace(STORED, proxy="http://new:pw@proxy.example:3128"),
        ),
        (replace(BLANK, urls=("https://192.0.2.11:443",)), STORED),
    ],
)
def test_what_was_typed_replaces_only_itself(typed: ConnectionDraft, kept: Secrets) -> None:
    assert edited(typed) == kept


@pytest.mark.parametrize("urls", [("https://192.0.2.66:9200",), (HOST, "https://192.0.2.66:9200")])
def test_another_host_needs_the_password_again(urls: tuple[str, ...]) -> None:
    elsewhere = replace(BLANK, urls=urls)
    with pytest.raises(Invalid) as raised:
        edited(elsewhere)
    assert raised.value.field == "password"
    assert "stored" not in raised.value.message
    assert edited(replace(elsewhere, password="typed")).password == "typed"
    assert edited(elsewhere, connection(secrets=Secrets())).password == ""


@pytest.mark.parametrize("stored", [STORED, replace(STORED, proxy=None)])
def test_another_proxy_needs_the_password_again(stored: Secrets) -> None:
    """Whoever runs the proxy of an unencrypted address reads the password that is sent through it."""
    typed = replace(BLANK, proxy="http://192.0.2.66:3128")
    with pytest.raises(Invalid) as raised:
        edited(typed, connection(secrets=stored))
    assert raised.value.field == "password"
    assert edited(typed, connection(secrets=replace(stored, password=""))).proxy == typed.proxy


@pytest.mark.parametrize(
    "trust", [Trust(TrustMode.NONE), Trust(TrustMode.CA, ca_pem="mine"), Trust(TrustMode.FINGERPRINT)]
)
def test_the_same_host_keeps_the_password_whatever_is_trusted(trust: Trust) -> None:
    assert edited(replace(BLANK, trust=trust)).password == "stored"


@pytest.mark.parametrize(
    ("typed", "secrets"),
    [
        (
            replace(BLANK, password="typed", client_key_pem="key", proxy=PROXY),
            Secrets("typed", "key", PROXY),
        ),
        (replace(BLANK, password="typed", client_cert_pem=None, proxy=None), Secrets("typed", None, None)),
    ],
)
def test_typing_every_secret_again_heals_a_lost_key(typed: ConnectionDraft, secrets: Secrets) -> None:
    assert edited(typed, connection(vault=OTHER_VAULT)) == secrets


@pytest.mark.parametrize(
    "typed", [BLANK, replace(BLANK, password="typed"), replace(BLANK, client_key_pem="key")]
)
def test_a_lost_key_is_told_while_something_of_it_is_needed(typed: ConnectionDraft) -> None:
    with pytest.raises(SecretUnreadable):
        edited(typed, connection(vault=OTHER_VAULT))
