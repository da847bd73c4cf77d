"""Reading the packet filter's own list, whole or not at all."""

from ipaddress import ip_network

import pytest

from lamis.base.errors import BadAnswer, Refused
from lamis.connectors.opnsense.client import NodeClient
from lamis.connectors.opnsense.table import PfTable
from lamis.simulators.opnsense.box import Box
from lamis.simulators.opnsense.faults import FaultKind
from lamis.simulators.opnsense.local import LocalFirewall

HOST = ip_network("192.0.2.7")


@pytest.fixture
def table(client: NodeClient) -> PfTable:
    return PfTable(client, "LAMIS_block")


def test_exceptions_are_no_entries(box: Box, table: PfTable) -> None:
    box.put("LAMIS_block", "!192.0.2.7", "198.51.100.0/24")
    assert table.texts() == ["!192.0.2.7", "198.51.100.0/24"]
    assert table.networks() == {ip_network("198.51.100.0/24")}
    assert not table.has(HOST)


def test_presence_costs_one_request_and_absence_is_proved_by_the_whole_list(
    firewall: LocalFirewall, box: Box, table: PfTable
) -> None:
    box.put("LAMIS_block", "192.0.2.7", "192.0.2.70")
    assert table.has(HOST)
    assert len(firewall.box.requests) == 1
    assert not table.has(ip_network("192.0.2.8"))
    assert len(firewall.box.requests) == 3


def test_an_empty_list_is_believed_when_the_backend_answers(firewall: LocalFirewall, table: PfTable) -> None:
    assert table.texts() == []
    paths = [one.path.removeprefix("/api/firewall/alias_util/") for one in firewall.box.requests]
    assert paths == ["list/LAMIS_block", "aliases", "list/LAMIS_block"]


def test_a_table_of_an_unknown_name_is_empty(client: NodeClient) -> None:
    assert PfTable(client, "Nope").networks() == frozenset()


def test_a_backend_that_is_down_is_said(box: Box, table: PfTable) -> None:
    box.configd_up = False
    with pytest.raises(Refused, match="configd"):
        table.texts()


def test_a_text_that_is_not_taken_is_told(table: PfTable) -> None:
    with pytest.raises(BadAnswer, match="not_an_address"):
        table.add("2001:DB8::1")


def test_an_unknown_alias_is_told(client: NodeClient) -> None:
    with pytest.raises(Refused, match="no alias Nope"):
        PfTable(client, "Nope").add("192.0.2.7")


def test_a_deletion_that_fails_is_told(firewall: LocalFirewall, box: Box, table: PfTable) -> None:
    with pytest.raises(BadAnswer, match="did not let go"):
        table.delete("")
    firewall.fault(FaultKind.ERROR)
    with pytest.raises(BadAnswer):
        table.delete("192.0.2.7")


def test_a_list_that_is_not_whole_is_none(firewall: LocalFirewall, box: Box, table: PfTable) -> None:
    box.put("LAMIS_block", "192.0.2.7", "192.0.2.8")
    firewall.fault(FaultKind.SHORT_LIST)
    with pytest.raises(BadAnswer, match="listed 1 of 2 entries"):
        table.texts()
