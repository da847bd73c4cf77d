"""What is typed about a firewall."""

import pytest

from lamis.base.errors import Invalid
from lamis.connections.drafts import parse_draft
from lamis.connections.types import ConnectionKind
from tests.connections.world import firewall_draft


def test_what_is_left_blank_is_as_usual() -> None:
    draft = firewall_draft()
    assert draft.kind is ConnectionKind.OPNSENSE
    assert (draft.alias, draft.may_create) == ("LAMIS_block", False)
    assert draft.urls == ("https://192.0.2.30",)


def test_everything_typed_is_taken() -> None:
    draft = firewall_draft(
        url=["https://192.0.2.30", "https://192.0.2.31:8443/"],
        alias="Blocked_by_us",
        may_create="on",
        proxy="socks5://proxy.example:1080",
        verify=False,
    )
    assert draft.urls == ("https://192.0.2.30", "https://192.0.2.31:8443")
    assert (draft.alias, draft.may_create, draft.trust.mode) == ("Blocked_by_us", True, "none")
    assert draft.proxy == "socks5://proxy.example:1080"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "name"),
        ("url", "", "https://192.0.2.1"),
        ("url", "http://192.0.2.30", "https only"),
        ("url", ["https://192.0.2.30", "http://192.0.2.31"], "https only"),
        ("username", "", "API key"),
        ("alias", "bad-name", "underscores"),
        ("alias", "1st", "begins with a letter"),
        ("alias", "__own", "begins with a letter"),
        ("alias", "_", "begins with a letter"),
        ("alias", "Blöcke", "letters"),
        ("alias", "a" * 32, "31"),
        ("alias", "sshlockout", "belongs to the firewall"),
        ("alias", "Bogons", "belongs to the firewall"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_cure(field: str, value: object, says: str) -> None:
    with pytest.raises(Invalid, match=says) as wrong:
        firewall_draft(**{field: value})
    assert wrong.value.field == ("urls" if field == "url" else field)


@pytest.mark.parametrize("alias", ["b", "_b", "LAMIS_block", "A" * 31, "blocked2"])
def test_names_that_the_firewall_takes_are_taken(alias: str) -> None:
    assert firewall_draft(alias=alias).alias == alias


@pytest.mark.parametrize(
    ("typed", "is_on"), [(True, True), ("yes", True), ("", False), (None, False), (False, False)]
)
def test_making_alias_and_rule_is_a_choice(typed: object, is_on: bool) -> None:
    assert firewall_draft(may_create=typed).may_create is is_on


def test_a_source_has_no_alias() -> None:
    source = parse_draft({"name": "emea", "url": "https://192.0.2.1:9200", "alias": "whatever!"})
    assert (source.alias, source.may_create) == (None, False)
