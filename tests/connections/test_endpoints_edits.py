"""What an edit keeps of the stored secrets, and what it must ask for again."""

from dataclasses import replace

import pytest

from lamis.base.errors import Invalid
from lamis.base.scope import SYSTEM, Actor, Role
from lamis.base.secrets import SecretUnreadable, Vault
from lamis.connections.drafts import ConnectionDraft
from lamis.connections.endpoints import Secrets, may_reach_private, seal, secrets_of
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


ADMIN = Actor(person_id="a", name="anna", roles={1: Role.ADMIN})
OPERATORS = {"kind": "wazuh", "may_reach_private": True}


def reaches(typed: ConnectionDraft, **changes: object) -> bool:
    """Whether an admin's edit of an operator's connection to two nodes may still reach private addresses."""
    values = OPERATORS | {"urls": [HOST, "https://node.example"], "sealed": seal(VAULT, STORED)} | changes
    return may_reach_private(typed, ADMIN, vault=VAULT, old=Connection(**values))


@pytest.mark.parametrize(
    "typed",
    [
        BLANK,
        replace(BLANK, poll_s=60, password="typed"),
        replace(BLANK, trust=Trust(TrustMode.NONE), client_cert_pem=None),
        replace(BLANK, urls=("https://node.example", HOST)),
        replace(BLANK, urls=("https://node.example:443/below",)),
        replace(BLANK, proxy="http://new:pw@PROXY.example:3128"),
    ],
)
def test_where_an_operator_led_it_an_admin_s_edit_may_still_reach(typed: ConnectionDraft) -> None:
    assert reaches(typed)


@pytest.mark.parametrize(
    "typed",
    [
        replace(BLANK, urls=("https://192.0.2.66:9200",)),
        replace(BLANK, urls=("https://192.0.2.10:9300",)),
        replace(BLANK, urls=("https://192.0.2.10",)),
        replace(BLANK, urls=("http://node.example",)),
        replace(BLANK, urls=("https://node.example:9200",)),
        replace(BLANK, urls=(HOST, "https://192.0.2.66:9200")),
        replace(BLANK, proxy=None),
        replace(BLANK, proxy="http://proxy.example:3129"),
        replace(BLANK, proxy="http://proxy.example"),
        replace(BLANK, proxy="socks5://proxy.example:3128"),
        replace(BLANK, proxy="http://other.example:3128"),
    ],
)
def test_another_host_port_or_proxy_is_nothing_an_operator_allowed(typed: ConnectionDraft) -> None:
    assert not reaches(replace(typed, password="typed"))
    assert may_reach_private(typed, SYSTEM, vault=VAULT, old=connection())


def test_a_way_that_an_admin_chose_or_that_cannot_be_read_is_not_allowed() -> None:
    assert not reaches(BLANK, may_reach_private=False)
    assert not reaches(replace(BLANK, password="typed"), sealed=seal(OTHER_VAULT, STORED))
    assert not may_reach_private(BLANK, ADMIN, vault=VAULT, old=None)
    assert may_reach_private(BLANK, SYSTEM, vault=VAULT, old=None)


def test_without_a_proxy_none_may_be_put_between() -> None:
    direct = seal(VAULT, Secrets("stored"))
    assert reaches(replace(BLANK, proxy=None), sealed=direct)
    assert not reaches(replace(BLANK, password="typed"), sealed=direct)
