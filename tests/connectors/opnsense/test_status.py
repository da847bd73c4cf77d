"""What a box tells of itself, in the shapes of different versions."""

import pytest

from lamis.connectors.opnsense import status
from lamis.connectors.opnsense.client import NodeClient
from lamis.simulators.opnsense.box import Box
from lamis.simulators.opnsense.faults import FaultKind
from lamis.simulators.opnsense.local import LocalFirewall
from lamis.simulators.opnsense.privileges import FIRMWARE, NEEDED


@pytest.mark.parametrize(
    ("text", "shown", "numbers", "is_too_old"),
    [
        ("OPNsense 26.7.2-amd64", "26.7.2", (26, 7, 2), False),
        ("26.7.2_1", "26.7.2_1", (26, 7, 2), False),
        ("25.1", "25.1", (25, 1, 0), False),
        ("24.7.2", "24.7.2", (24, 7, 2), False),
        ("24.7.1", "24.7.1", (24, 7, 1), True),
        ("23.7.12", "23.7.12", (23, 7, 12), True),
        ("unknown", "unknown", (), False),
    ],
)
def test_versions_are_read(text: str, shown: str, numbers: tuple[int, ...], is_too_old: bool) -> None:
    version = status.version_of(text)
    assert (version.text, version.numbers, version.is_too_old) == (shown, numbers, is_too_old)


@pytest.mark.parametrize("privileges", [None, (*NEEDED, FIRMWARE)])
def test_the_version_is_found_at_either_place(
    firewall: LocalFirewall, client: NodeClient, privileges: tuple[str, ...] | None
) -> None:
    if privileges:
        firewall.box.set_user(firewall.box.users[firewall.key], privileges=privileges)
    version = status.read_version(client)
    assert version is not None
    assert version.text == "26.7.2"


def test_nothing_is_told_to_who_may_not_read(firewall: LocalFirewall, client: NodeClient) -> None:
    firewall.box.set_user(firewall.box.users[firewall.key], privileges=())
    assert status.read_version(client) is None
    assert status.rules_complaint(client) is None
    assert status.table_space(client) is None


@pytest.mark.parametrize("version", ["26.7.2", "24.7.12"])
def test_a_complaint_about_rules_is_read(box: Box, client: NodeClient, version: str) -> None:
    box.version_text = version
    assert status.rules_complaint(client) == ""
    box.rule_error = "There were error(s) loading the rules"
    assert status.rules_complaint(client) == "There were error(s) loading the rules"


def test_the_space_of_tables_is_read(box: Box, client: NodeClient) -> None:
    box.put("LAMIS_block", "192.0.2.1")
    assert status.table_space(client) == (1, 1_000_000)


def test_what_is_no_object_is_not_readable(firewall: LocalFirewall, client: NodeClient) -> None:
    assert status.readable(client, "core/menu/search") is None
    firewall.fault(FaultKind.NOT_FOUND)
    assert status.readable(client, "core/system/status") is None
