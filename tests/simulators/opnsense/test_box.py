"""Time, reboots and packets."""

import pytest

from lamis.simulators.opnsense.box import Box


@pytest.fixture
def box() -> Box:
    made = Box()
    for name, kind in (("T", "external"), ("H", "host"), ("N", "network")):
        made.make_alias(name, kind)
    return made


def test_only_the_newest_hundred_revisions_are_kept(box: Box) -> None:
    for _ in range(150):
        box.saved()
    assert len(box.revisions) == 100
    assert box.revisions[-1] == box.revision


def test_a_refresh_leaves_external_tables_alone(box: Box) -> None:
    box.put("T", "192.0.2.1")
    box.tick(600)
    assert list(box.pf.tables["T"]) == ["192.0.2.1"]


def test_changed_content_is_loaded_at_the_next_minute(box: Box) -> None:
    alias = box.alias("N")
    assert alias is not None
    alias.content = ["192.0.2.0/24"]
    box.tick(59)
    assert not box.pf.tables["N"]
    box.tick(1)
    assert list(box.pf.tables["N"]) == ["192.0.2.0/24"]


def test_what_only_pf_holds_stays_until_something_changes_or_the_host_is_refreshed(box: Box) -> None:
    for name in ("N", "H"):
        box.put(name, "192.0.2.1")
    box.tick(60)
    for name in ("N", "H"):
        box.pf.add(name, "192.0.2.99", now_ms=0)
    box.tick(60)
    assert len(box.pf.tables["N"]) == len(box.pf.tables["H"]) == 2
    box.tick(180)
    assert (len(box.pf.tables["N"]), len(box.pf.tables["H"])) == (2, 1)


def test_a_disabled_alias_is_emptied_at_the_next_refresh(box: Box) -> None:
    alias = box.alias("T")
    assert alias is not None
    box.put("T", "192.0.2.1")
    alias.is_enabled = False
    box.tick(60)
    assert not box.pf.tables["T"]


def test_entries_expire_from_when_they_were_added(box: Box) -> None:
    alias = box.alias("T")
    assert alias is not None
    alias.expire_s = 3600
    box.put("T", "192.0.2.1")
    box.tick(3000)
    box.put("T", "192.0.2.1", "192.0.2.2")
    box.tick(660)
    assert list(box.pf.tables["T"]) == ["192.0.2.2"]


def test_nothing_expires_before_25_7(box: Box) -> None:
    box.version_text = "25.1.12"
    alias = box.alias("T")
    assert alias is not None
    alias.expire_s = 60
    box.put("T", "192.0.2.1")
    box.tick(3600)
    assert box.pf.tables["T"]


def test_a_reboot_ends_connections_and_keeps_what_is_configured(box: Box) -> None:
    box.make_rule(action="block", source_net="N", ipprotocol="inet46")
    box.put("N", "192.0.2.1")
    box.put("T", "192.0.2.2")
    box.connect("198.51.100.1")
    box.reboot()
    assert not box.states
    assert not box.pf.tables["T"]
    assert box.drops("192.0.2.1")


def test_floating_rules_come_first_and_a_pass_rule_passes(box: Box) -> None:
    box.put("T", "192.0.2.1", "2001:db8::1")
    box.make_rule(action="pass", source_net="192.0.2.0/24", interface="wan", sequence="1")
    assert not box.drops("192.0.2.1")
    box.make_rule(action="block", source_net="T", ipprotocol="inet", sequence="9")
    assert box.drops("192.0.2.1")
    assert not box.drops("2001:db8::1")


def test_a_lost_table_is_empty(box: Box) -> None:
    box.put("T", "192.0.2.1")
    box.lose_table("T")
    assert not box.pf.tables["T"]
