"""Finding, judging and filling aliases."""

import pytest

from lamis.base.errors import BadAnswer, Invalid, Refused
from lamis.connectors.opnsense import aliases
from lamis.connectors.opnsense.aliases import AliasType
from lamis.connectors.opnsense.client import NodeClient
from lamis.simulators.opnsense.box import Box


@pytest.mark.parametrize("name", ["LAMIS_block", "x", "_x", "x" * 31])
def test_good_names_pass(name: str) -> None:
    assert aliases.checked_name(name) == name


@pytest.mark.parametrize("name", ["", "_", "1x", "__x", "x" * 32, "a-b", "a/b", "ä"])
def test_bad_names_are_refused(name: str) -> None:
    with pytest.raises(Invalid):
        aliases.checked_name(name)


@pytest.mark.slow
@pytest.mark.parametrize("version", ["26.7.2", "25.1.12"])
@pytest.mark.parametrize("kind", ["external", "host", "network"])
def test_an_alias_is_found_with_its_type(box: Box, client: NodeClient, version: str, kind: str) -> None:
    box.version_text = version
    box.make_alias("Mine", kind, ["192.0.2.1", "192.0.2.1"] if kind != "external" else [])
    box.make_alias("Mine2", kind)
    found = aliases.find_alias(client, "Mine")
    assert found is not None
    assert (found.type, found.is_enabled) == (AliasType(kind), True)
    assert found.content == (("192.0.2.1", "192.0.2.1") if kind != "external" else ())
    assert found.is_in_config is (kind != "external")
    assert aliases.usable_alias(client, "Mine") == found


def test_a_missing_alias_is_none(client: NodeClient) -> None:
    assert aliases.find_alias(client, "Nope") is None
    with pytest.raises(Refused, match="There is no alias Nope"):
        aliases.usable_alias(client, "Nope")


def test_an_alias_of_ports_is_of_no_use(box: Box, client: NodeClient) -> None:
    box.make_alias("Ports", "port", ["443"])
    with pytest.raises(Refused, match="of the type port"):
        aliases.usable_alias(client, "Ports")


def test_a_disabled_alias_is_of_no_use(box: Box, client: NodeClient) -> None:
    box.make_alias("Off", is_enabled=False)
    with pytest.raises(Refused, match="is disabled"):
        aliases.usable_alias(client, "Off")


def test_content_is_written_at_once_and_loaded(box: Box, client: NodeClient) -> None:
    box.make_alias("N", "network", ["192.0.2.1"])
    before = box.revision
    alias = aliases.usable_alias(client, "N")
    aliases.set_content(client, alias, ["192.0.2.0/24", "2001:db8::1/128"])
    assert list(box.pf.tables["N"]) == ["192.0.2.0/24", "2001:db8::1"]
    assert box.revision == before + 1


def test_content_that_is_refused_is_told(box: Box, client: NodeClient) -> None:
    box.make_alias("H", "host")
    alias = aliases.usable_alias(client, "H")
    with pytest.raises(Refused, match="not a valid hostname"):
        aliases.set_content(client, alias, ["192.0.2.0/24"])


def test_reasons_may_be_one_or_many() -> None:
    told = {
        "result": "failed",
        "validations": {"alias.name": ["Too long.", "Too odd."], "alias.type": "Bad."},
    }
    with pytest.raises(Refused, match=r"Too long. Too odd. Bad\."):
        aliases.expect_saved(told, where="192.0.2.1:443")
    with pytest.raises(Refused, match="no reason"):
        aliases.expect_saved({"result": "failed"}, where="192.0.2.1:443")


def test_content_that_is_not_loaded_is_told(
    box: Box, client: NodeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.make_alias("N", "network")
    alias = aliases.usable_alias(client, "N")
    box.pf.limit = 1
    with pytest.raises(BadAnswer, match=r"Error loading alias \[N\]"):
        aliases.set_content(client, alias, ["192.0.2.1", "192.0.2.2"])
    monkeypatch.setattr(client, "reload", lambda _path: {"status": "failed"})
    with pytest.raises(Refused, match="did not load its aliases"):
        aliases.load_aliases(client)
