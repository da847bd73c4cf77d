"""LAMIS's own addresses, as guards are told them."""

from dataclasses import replace
from ipaddress import ip_network

import pytest

from lamis.base.settings import Settings, load_settings
from lamis.blocking.itself import networks_of_lamis
from lamis.blocking.types import NEVER, Guard, Guarded
from tests.blocking.world import World


def settings(**changes: str) -> Settings:
    return Settings(_env_file=None, **changes)  # type: ignore[arg-type]


def seen_by(world: World, addresses: str) -> World:
    """The world of a LAMIS that firewalls see by these addresses."""
    world.settings = settings(own_addresses=addresses)
    world.runtime = replace(world.runtime, settings=world.settings)
    world.blocker = world.worker()
    return world


def test_the_way_to_a_firewall_and_the_settings_are_own() -> None:
    found = networks_of_lamis(
        settings(public_url="https://203.0.113.7/lamis", own_addresses="198.51.100.8, 2001:db8:7::/64"),
        [ip_network("127.0.0.1/32"), ip_network("10.0.0.0/8")],
    )
    wanted = {"127.0.0.1/32", "203.0.113.7/32", "198.51.100.8/32", "2001:db8:7::/64"}
    assert wanted <= {str(each) for each in found}


def test_a_private_address_of_the_machine_alone_means_nothing() -> None:
    assert [str(each) for each in networks_of_lamis(settings(), []) if each.is_loopback] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LAMIS_OWN_ADDRESSES", "198.51.100.8, lamis.example"),
        ("LAMIS_OWN_ADDRESSES", "fe80::1%eth0"),
        ("LAMIS_PUBLIC_URL", "https://[2001:db8::7/lamis"),
        ("LAMIS_PUBLIC_URL", "https://lamis.example:99999"),
    ],
)
def test_where_lamis_is_must_be_readable_at_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Exception, match=f"{name} is wrong"):
        load_settings()


def test_nobody_blocks_lamis_itself_nor_a_network_that_holds_it(world: World) -> None:
    world.firewall()
    world = seen_by(world, "203.0.113.7")
    for address in ("203.0.113.7", "203.0.113.0/28"):
        with pytest.raises(Guarded, match="LAMIS itself") as refused:
            world.ask(address, override_reason="I mean it")
        assert refused.value.guard == "lamis"
    assert Guard.LAMIS in NEVER


def test_a_block_from_before_is_not_pushed_any_more(world: World) -> None:
    fake = world.firewall()
    block_id = world.ask("203.0.113.7")
    seen_by(world, "203.0.113.7").work()
    assert fake.entries() == frozenset()
    assert "LAMIS itself" in world.block(block_id).receipts[0].detail
