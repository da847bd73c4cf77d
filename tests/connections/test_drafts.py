"""What a person typed about a connection: every field, its cure, and that no secret leaks."""

from collections.abc import Mapping

import pytest

from lamis.base.errors import Invalid
from lamis.connections.drafts import ConnectionDraft, parse_draft, without_secrets
from lamis.connections.types import ConnectionKind, Trust, TrustMode

LEAST: Mapping[str, object] = {"name": "Branch", "urls": "https://192.0.2.10:9200"}
CA = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
KEY = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"
FINGERPRINT = "ab" * 32


def draft(**values: object) -> ConnectionDraft:
    return parse_draft({**LEAST, **values})


def test_name_and_address_are_enough() -> None:
    assert draft() == ConnectionDraft("Branch", ConnectionKind.WAZUH, ("https://192.0.2.10:9200",))


def test_blank_and_absent_are_the_same() -> None:
    fields = (
        "kind", "username", "password", "trust", "ca_pem", "fingerprint", "verify", "client_cert",
        "client_key", "proxy", "index_pattern", "dashboard_url", "poll_s", "level_floor", "backfill",
    )  # fmt: skip
    assert draft(**dict.fromkeys(fields, "")) == draft(**dict.fromkeys(fields)) == draft()


def test_everything_can_be_said() -> None:
    full = draft(
        name="  Branch  ", kind="wazuh", username=" reader ", password=" pass word ", ca_pem=CA,
        client_cert=CA, client_key=KEY, proxy="socks5://user:pw@proxy.example:1080/", poll_s="60",
        index_pattern="wazuh-alerts-*,other-*", dashboard_url="https://wazuh.example/", level_floor="0",
        backfill="all",
    )  # fmt: skip
    assert (full.name, full.username, full.password) == ("Branch", "reader", " pass word ")
    assert full.trust == Trust(TrustMode.CA, ca_pem=CA + "\n")
    assert (full.client_cert_pem, full.client_key_pem) == (CA + "\n", KEY + "\n")
    assert full.proxy == "socks5://user:pw@proxy.example:1080"
    assert (full.index_pattern, full.dashboard_url) == ("wazuh-alerts-*,other-*", "https://wazuh.example")
    assert (full.poll_s, full.level_floor, full.backfill) == (60, 0, "all")


@pytest.mark.parametrize(
    "given",
    [
        {"url": "https://a.example:9200 https://b.example:9200"},
        {"urls": "https://a.example:9200/\nhttps://b.example:9200"},
        {"urls": ["https://a.example:9200", " https://b.example:9200/ "]},
        {"urls": ["HTTPS://A.example:9200", "https://b.EXAMPLE:9200"]},
        {"url": ["https://a.example:9200", "https://b.example:9200", "https://a.example:9200"]},
    ],
)
def test_nodes_come_in_lines_or_lists_and_once(given: dict[str, object]) -> None:
    assert parse_draft({"name": "Branch", **given}).urls == (
        "https://a.example:9200",
        "https://b.example:9200",
    )


@pytest.mark.parametrize(
    ("given", "mode"),
    [
        ({}, TrustMode.SYSTEM),
        ({"verify": True}, TrustMode.SYSTEM),
        ({"verify": "true"}, TrustMode.SYSTEM),
        ({"verify": False}, TrustMode.NONE),
        ({"verify": "no"}, TrustMode.NONE),
        ({"verify": "0"}, TrustMode.NONE),
        ({"ca_pem": CA}, TrustMode.CA),
        ({"fingerprint": FINGERPRINT}, TrustMode.FINGERPRINT),
        ({"ca_pem": CA, "fingerprint": FINGERPRINT}, TrustMode.CA),
        ({"trust": "none"}, TrustMode.NONE),
        ({"trust": "system", "ca_pem": CA, "verify": False}, TrustMode.SYSTEM),
        ({"trust": "fingerprint", "ca_pem": CA, "fingerprint": FINGERPRINT}, TrustMode.FINGERPRINT),
    ],
)
def test_trust_is_what_was_given_or_chosen(given: dict[str, object], mode: TrustMode) -> None:
    assert draft(**given).trust.mode is mode


def test_a_fingerprint_is_read_as_tools_print_it() -> None:
    printed = ":".join("AB" for _ in range(32))
    assert draft(fingerprint=printed).trust.fingerprint == FINGERPRINT


@pytest.mark.parametrize(
    ("field", "value", "cure"),
    [
        ("name", " ", "name"),
        ("name", "x" * 121, "120"),
        ("name", "two\nlines", "Line breaks"),
        ("name", "fw\u202e3", "invisible"),
        ("name", "\u200b", "invisible"),
        ("name", "fw\x7f3", "invisible"),
        ("kind", "mainframe", "wazuh"),
        ("urls", "", "https://192.0.2.10:9200"),
        ("urls", [], "https://192.0.2.10:9200"),
        ("urls", {"https://a.example": 1}, "https://192.0.2.10:9200"),
        ("urls", 5, "https://192.0.2.10:9200"),
        ("urls", "192.0.2.10:9200", "https://192.0.2.10:9200"),
        ("urls", "ftp://192.0.2.10", "https://192.0.2.10:9200"),
        ("urls", "https://", "https://192.0.2.10:9200"),
        ("urls", "https://a.example:99999", "https://192.0.2.10:9200"),
        ("urls", "https://a.example:0", "https://192.0.2.10:9200"),
        ("urls", "https://[2001:db8::1", "https://192.0.2.10:9200"),
        ("urls", "https://user:hidden@a.example", "own fields"),
        ("urls", "https://a.example/?token=hidden", "no ?"),
        ("urls", [f"https://192.0.2.{n}" for n in range(21)], "20"),
        ("username", "x" * 201, "200"),
        ("trust", "blind", "fingerprint"),
        ("fingerprint", "abc", "64"),
        ("fingerprint", "g" * 64, "64"),
        ("ca_pem", "not a certificate", "PEM"),
        ("ca_pem", KEY, "PEM"),
        ("client_cert", KEY, "PEM"),
        ("client_key", CA, "PEM"),
        ("client_cert", CA + KEY, "leave the private key out"),
        ("ca_pem", CA + KEY, "leave the private key out"),
        ("proxy", "ftp://proxy.example", "socks5://"),
        ("proxy", "proxy.example:3128", "http://proxy"),
        ("proxy", "http://proxy.example:bad", "http://proxy"),
        ("index_pattern", "wazuh alerts", "wazuh-alerts-*"),
        ("index_pattern", "a/b", "wazuh-alerts-*"),
        ("index_pattern", "*", "every index"),
        ("index_pattern", "_all", "every index"),
        ("index_pattern", "wazuh-alerts-*,*", "every index"),
        ("index_pattern", "wazuh-alerts-*,", "every index"),
        ("dashboard_url", "wazuh.example", "https://wazuh.example"),
        ("dashboard_url", "javascript:alert(1)", "https://wazuh.example"),
        ("poll_s", "0", "1 to 3600"),
        ("poll_s", 3601, "1 to 3600"),
        ("poll_s", "-5", "1 to 3600"),
        ("poll_s", "1.5", "1 to 3600"),
        ("poll_s", "²", "1 to 3600"),
        ("level_floor", 17, "0 to 16"),
        ("level_floor", "high", "0 to 16"),
        ("backfill", "30d", "24h, 7d, all"),
    ],
)
def test_bad_input_names_the_field_and_the_cure(field: str, value: object, cure: str) -> None:
    with pytest.raises(Invalid) as raised:
        draft(**{field: value})
    assert raised.value.field == field
    assert cure in raised.value.message
    assert "hidden" not in raised.value.message


@pytest.mark.parametrize(
    ("given", "field"), [({"trust": "ca"}, "ca_pem"), ({"trust": "fingerprint"}, "fingerprint")]
)
def test_a_chosen_trust_needs_what_it_trusts(given: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as raised:
        draft(**given)
    assert raised.value.field == field


def test_a_client_key_needs_its_certificate() -> None:
    with pytest.raises(Invalid) as raised:
        draft(client_key=KEY)
    assert raised.value.field == "client_cert"


def test_no_secret_is_in_a_draft_that_is_printed_or_refused() -> None:
    typed = draft(password="hidden", client_cert=CA, client_key=KEY, proxy="http://u:hidden@proxy.example")
    assert "hidden" not in repr(typed)
    assert "PRIVATE KEY" not in repr(typed)
    for field, value in (("proxy", "ftp://u:hidden@proxy.example"), ("urls", "u:hidden@a.example")):
        with pytest.raises(Invalid) as raised:
            draft(**{field: value})
        assert "hidden" not in raised.value.message


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://proxy.example:3128", "http://proxy.example:3128"),
        ("http://user:p@ss@proxy.example:3128", "http://proxy.example:3128"),
        ("socks5h://user@[2001:db8::1]:1080", "socks5h://[2001:db8::1]:1080"),
    ],
)
def test_an_address_is_shown_without_its_secrets(address: str, shown: str) -> None:
    assert without_secrets(address) == shown
