"""What an edit starts from."""

from cryptography.fernet import Fernet

from lamis.base.secrets import Vault
from lamis.connections.drafts import parse_draft
from lamis.connections.endpoints import Secrets, seal
from lamis.connections.models import Connection
from lamis.connections.prefill import prefilled, prefilled_firewall, with_changes

VAULT = Vault([Fernet.generate_key().decode()])


def _connection(vault: Vault = VAULT) -> Connection:
    secrets = Secrets("a password", None, "socks5://user:hidden@proxy.example:1080")
    return Connection(
        name="Acme",
        kind="wazuh",
        urls=["https://192.0.2.10:9200"],
        username="reader",
        trust_mode="fingerprint",
        fingerprint="a" * 64,
        poll_s=10,
        backfill="7d",
        sealed=seal(vault, secrets),
    )


def test_no_secret_is_shown() -> None:
    shown = prefilled(_connection(), vault=VAULT)
    assert shown["proxy"] == "socks5://proxy.example:1080"
    assert "hidden" not in str(shown)
    assert "a password" not in str(shown)


def test_a_proxy_that_cannot_be_decrypted_is_left_out() -> None:
    other = Vault([Fernet.generate_key().decode()])
    assert prefilled(_connection(other), vault=VAULT)["proxy"] is None


def test_the_stored_values_make_a_draft() -> None:
    draft = parse_draft(prefilled(_connection(), vault=VAULT))
    assert draft.trust.fingerprint == "a" * 64
    assert (draft.name, draft.backfill, draft.password) == ("Acme", "7d", None)


def test_a_new_trust_replaces_the_old_one_whole() -> None:
    stored = prefilled(_connection(), vault=VAULT)
    assert parse_draft(with_changes(stored, {"verify": False})).trust.mode == "none"
    assert parse_draft(with_changes(stored, {"fingerprint": "b" * 64})).trust.fingerprint == "b" * 64
    assert parse_draft(with_changes(stored, {"poll_s": 60})).trust.fingerprint == "a" * 64


def test_a_new_address_replaces_the_old_ones() -> None:
    draft = parse_draft(
        with_changes(prefilled(_connection(), vault=VAULT), {"url": "https://192.0.2.11:9200"})
    )
    assert draft.urls == ("https://192.0.2.11:9200",)


def test_a_firewalls_form_starts_from_what_only_it_has() -> None:
    firewall = _connection()
    firewall.kind, firewall.urls = "opnsense", ["https://192.0.2.30"]
    values = prefilled_firewall(firewall, alias="LAMIS_block", may_create=True, vault=VAULT)
    assert "a password" not in str(values)
    assert values["proxy"] == "socks5://proxy.example:1080"
    draft = parse_draft(with_changes(values, {"alias": "Other"}))
    assert (draft.kind, draft.alias, draft.may_create) == ("opnsense", "Other", True)
