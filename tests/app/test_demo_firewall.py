"""The demo's firewall is connected once, and followed where it goes."""

import pytest

from lamis.app.demo_firewall import NAME, TENANT, connect_firewall
from lamis.base.clock import utc_now
from lamis.base.errors import Unavailable
from lamis.base.scope import EVERYTHING
from lamis.connections.queries_firewalls import firewalls
from lamis.connections.types_firewall import FirewallInfo
from lamis.simulators.opnsense.local import LocalFirewall
from lamis.storage.runtime import Runtime


def stored(runtime: Runtime) -> list[FirewallInfo]:
    with runtime.database.read() as session:
        return firewalls(session, EVERYTHING, now=utc_now())


def test_it_is_connected_once_with_what_protects_it(runtime: Runtime) -> None:
    with LocalFirewall(login_pad_s=0) as box:
        for _ in range(2):
            connect_firewall(runtime, box)
            (found,) = stored(runtime)
            assert (found.name, found.tenant_name, found.alias) == (NAME, TENANT, box.alias)
            assert found.health.is_good
            assert found.own_networks


def test_it_is_followed_to_another_port(runtime: Runtime) -> None:
    with LocalFirewall(login_pad_s=0) as box:
        connect_firewall(runtime, box)
    with LocalFirewall(login_pad_s=0) as moved:
        connect_firewall(runtime, moved)
        assert [found.urls for found in stored(runtime)] == [(moved.url,)]


def test_one_that_cannot_be_used_is_said(runtime: Runtime) -> None:
    with LocalFirewall(is_prepared=False, login_pad_s=0) as box, pytest.raises(Unavailable, match=NAME):
        connect_firewall(runtime, box)
"""The demo's firewall: blocks that stand, one that expires, one that drifts and is put back."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from lamis.app.demo_firewall import DRIFTS, let_drift, start_firewall
from lamis.base.scope import SYSTEM
from lamis.blocking import queries, queries_work
from lamis.blocking.types import BlockFilter, BlockState
from lamis.storage.runtime import Runtime
from lamis.tenants.actions import create_tenant
from lamis.workers.blocking import Blocker


@pytest.fixture
def firewall(tmp_path: Path) -> Iterator[LocalFirewall]:
    found = start_firewall(tmp_path / "firewall")
    yield found
    found.stop()


def states(runtime: Runtime) -> dict[str, BlockState]:
    with runtime.database.read() as session:
        found, _ = queries.blocks(session, EVERYTHING, BlockFilter())
    return {block.network: block.state for block in found}


@pytest.mark.slow
def test_the_demo_blocks_lets_expire_and_repairs_a_drift(runtime: Runtime, firewall: LocalFirewall) -> None:
    with runtime.database.write() as session:
        create_tenant(session, SYSTEM, "Acme", now=utc_now())
    for _ in range(2):
        connect_firewall(runtime, firewall)
    with runtime.database.read() as session:
        (shown,) = firewalls(session, EVERYTHING, now=utc_now())
    assert (shown.name, shown.tenant_name) == (NAME, "Acme")
    blocker = Blocker(runtime)
    blocker.look()
    assert set(states(runtime).values()) == {BlockState.ACTIVE}
    assert len(firewall.entries()) == len(states(runtime)) == 4
    let_drift(runtime, firewall).join(30)
    assert DRIFTS not in firewall.entries()
    Blocker(runtime, clock=lambda: utc_now() + timedelta(seconds=20)).look()
    assert DRIFTS in firewall.entries()
    with runtime.database.read() as session:
        assert [drift.network for drift in queries_work.drifts(session, EVERYTHING)] == [DRIFTS]
    assert states(runtime)["192.0.2.77"] is BlockState.LIFTED
