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


@pytest.mark.slow
def test_it_is_followed_to_another_port(runtime: Runtime) -> None:
    with LocalFirewall(login_pad_s=0) as box:
        connect_firewall(runtime, box)
    with LocalFirewall(login_pad_s=0) as moved:
        connect_firewall(runtime, moved)
        assert [found.urls for found in stored(runtime)] == [(moved.url,)]


def test_one_that_cannot_be_used_is_said(runtime: Runtime) -> None:
    with LocalFirewall(is_prepared=False, login_pad_s=0) as box, pytest.raises(Unavailable, match=NAME):
        connect_firewall(runtime, box)
