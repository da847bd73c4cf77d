"""The box as tests and the demo use it."""

import ssl
import threading
from pathlib import Path

import httpx
import pytest

from lamis.simulators.opnsense.local import LocalFirewall


def client_of(firewall: LocalFirewall) -> httpx.Client:
    context = ssl.create_default_context(cadata=firewall.ca_pem)
    context.check_hostname = False
    return httpx.Client(base_url=firewall.url, auth=(firewall.key, firewall.secret), verify=context)


def test_a_prepared_one_drops_what_is_added() -> None:
    with LocalFirewall() as firewall, client_of(firewall) as client:
        path = f"/api/firewall/alias_util/add/{firewall.alias}"
        for address in ("192.0.2.7", "2001:db8::7"):
            assert client.post(path, json={"address": address}).json() == {"status": "done"}
            assert firewall.box.drops(address)
        assert firewall.entries() == ["192.0.2.7", "2001:db8::7"]
        assert not firewall.box.drops("192.0.2.8")


def test_its_certificate_never_fits_its_address() -> None:
    with LocalFirewall() as firewall:
        strict = ssl.create_default_context(cadata=firewall.ca_pem)
        with httpx.Client(verify=strict) as client, pytest.raises(httpx.ConnectError, match="mismatch"):
            client.get(firewall.url)


@pytest.mark.slow
def test_it_comes_back_as_the_same(tmp_path: Path) -> None:
    with LocalFirewall(state_dir=tmp_path) as first:
        kept = (first.url, first.key, first.secret, first.fingerprint)
    with LocalFirewall(state_dir=tmp_path) as again:
        assert (again.url, again.key, again.secret, again.fingerprint) == kept


@pytest.mark.slow
def test_it_restarts_on_its_port_with_its_entries() -> None:
    with LocalFirewall() as firewall:
        port = firewall.port
        firewall.box.put(firewall.alias, "192.0.2.7")
        firewall.stop()
        firewall.start()
        assert (firewall.port, firewall.entries()) == (port, ["192.0.2.7"])


@pytest.mark.slow
def test_its_clock_runs_where_that_is_wanted() -> None:
    with LocalFirewall(is_ticking=True) as firewall:
        ticked = threading.Event()
        began_ms = firewall.box.now_ms
        for _ in range(500):
            if firewall.box.now_ms > began_ms:
                break
            ticked.wait(0.01)
        assert firewall.box.now_ms > began_ms


def test_the_control_endpoint_wants_its_token() -> None:
    with LocalFirewall() as firewall, client_of(firewall) as client:
        assert client.get("/_simulator/state").status_code == 401
        header = {"Authorization": f"Bearer {firewall.control_token}"}
        told = client.get("/_simulator/state", headers=header, auth=None).json()
        assert told["aliases"] == {firewall.alias: "external"}
