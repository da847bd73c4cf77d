"""Deployments in processes of their own."""

import os
import signal
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from lamis.simulators.fleet import Deployment, Fleet
from tests.engines.waiting import wait_until

pytestmark = pytest.mark.slow


def client_of(deployment: Deployment) -> httpx.Client:
    trust = ssl.create_default_context(cadata=deployment.ca_pem)
    return httpx.Client(
        base_url=deployment.url, auth=(deployment.username, deployment.password), verify=trust, timeout=10
    )


def test_a_deployment_answers_is_controlled_and_is_the_same_after_a_restart(tmp_path: Path) -> None:
    with Fleet(["acme-emea"], state_dir=tmp_path) as fleet:
        (first,) = fleet.deployments
        with client_of(first) as client:
            count = client.get("/wazuh-alerts-*/_count").json()["count"]
            token = {"Authorization": f"Bearer {first.control_token}"}
            state = httpx.Client.get(client, "/_simulator/state", headers=token, auth=None)
            ids = [hit["_id"] for hit in client.get("/wazuh-alerts-*/_search?size=50").json()["hits"]["hits"]]
        assert fleet.is_alive()
    assert not fleet.is_alive()
    assert count >= first.documents > 5_000
    assert state.status_code == 200
    with Fleet(["acme-emea"], state_dir=tmp_path) as fleet:
        (again,) = fleet.deployments
        assert (again.url, again.password, again.fingerprint) == (
            first.url,
            first.password,
            first.fingerprint,
        )
        with client_of(again) as client:
            query = {"query": {"ids": {"values": ids}}}
            assert client.post("/wazuh-alerts-*/_count", json=query).json()["count"] == 50


def test_a_deployment_ends_with_the_process_that_started_it() -> None:
    script = (
        "import sys, time\n"
        "from lamis.simulators.fleet import Fleet\n"
        "fleet = Fleet(['initech-branch'])\n"
        "fleet.start()\n"
        "print(fleet._processes[0].pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    wait_until(lambda: not is_running(pid), what="the end of the deployment")


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/status")
    return not status.exists() or "State:\tZ" not in status.read_text()


def test_a_profile_that_does_not_exist_is_said_and_leaves_nothing_behind() -> None:
    fleet = Fleet(["nobody"])
    with pytest.raises(RuntimeError, match="ended before it answered"):
        fleet.start()
    assert not fleet.is_alive()
