"""The organisations are invented, and so are their addresses."""

from ipaddress import ip_address, ip_network

import pytest

from lamis.simulators.stories.cast import ACME, GLOBEX, INITECH, Cast, Part

DOCUMENTATION = [
    ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]


@pytest.mark.parametrize("cast", [ACME, GLOBEX, INITECH], ids=lambda cast: cast.domain)
def test_strangers_are_from_documentation_ranges_and_devices_from_private_ones(cast: Cast) -> None:
    for text in cast.strangers:
        assert any(ip_address(text) in network for network in DOCUMENTATION), text
    for device in cast.devices:
        assert device.ip is None or ip_address(device.ip).is_private


@pytest.mark.parametrize("cast", [ACME, GLOBEX, INITECH], ids=lambda cast: cast.domain)
def test_the_manager_is_000_without_an_address_and_ids_are_unique(cast: Cast) -> None:
    assert (cast.devices[0].agent_id, cast.devices[0].ip) == ("000", None)
    assert len({device.agent_id for device in cast.devices}) == len(cast.devices)


def test_a_part_nobody_has_falls_to_all() -> None:
    assert INITECH.playing(Part.DOMAIN) == INITECH.devices
    assert {device.part for device in ACME.playing(Part.WEB)} == {Part.WEB}
