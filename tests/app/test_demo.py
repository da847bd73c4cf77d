"""The demo: what it makes, and the whole of it as a process."""

import os
import re
import signal
from pathlib import Path

import httpx
import pytest

from lamis.app.demo import OPERATOR, TENANTS, VIEWER, prepare
from lamis.base.clock import iso, utc_now
from lamis.base.scope import EVERYTHING
from lamis.connections.queries import sources
from lamis.people.queries import people
from lamis.simulators.fleet import Deployment
from lamis.simulators.indexer import Release
from lamis.simulators.local import LocalIndexer
from lamis.storage.runtime import Runtime
from tests.app.process import answers, free_port, lamis, running, wait_for

PASSWORD = "four plain words here"


def _deployment(indexer: LocalIndexer, profile: str) -> Deployment:
    return Deployment(
        profile=profile,
        release=Release.V4,
        url=indexer.url,
        username=indexer.username,
        password=indexer.password,
        ca_pem=indexer.ca_pem,
        fingerprint=indexer.fingerprint,
        control_token="none",
        documents=1,
    )


def test_people_tenants_and_sources_are_made_once(runtime: Runtime, indexer: LocalIndexer) -> None:
    deployments = [_deployment(indexer, profile) for profile in TENANTS]
    for _ in range(2):
        prepare(runtime, deployments, password=PASSWORD)
        with runtime.database.read() as session:
            found = sources(session, EVERYTHING, now=utc_now())
            names = [person.name for person in people(session, EVERYTHING)]
        assert {source.name: source.tenant_name for source in found} == dict(TENANTS)
        assert names == [OPERATOR, VIEWER]


def test_a_source_follows_its_indexer_to_another_port(runtime: Runtime, indexer: LocalIndexer) -> None:
    prepare(runtime, [_deployment(indexer, "acme-emea")], password=PASSWORD)
    with LocalIndexer(certificates=indexer.certificates) as moved:
        moved.add({"@timestamp": iso(utc_now()), "rule": {"id": "5710", "level": 5}, "id": "1.2"})
        prepare(runtime, [_deployment(moved, "acme-emea")], password=PASSWORD)
        with runtime.database.read() as session:
            (source,) = sources(session, EVERYTHING, now=utc_now())
        assert source.urls == (moved.url,)


@pytest.mark.slow
def test_the_demo_prints_its_two_lines_collects_and_ends_with_its_group(tmp_path: Path) -> None:
    port = free_port()
    with running("demo", data_dir=tmp_path / "demo", PORT=str(port)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"Open http://127.0.0.1:{port}\n"
        told = re.fullmatch(r"Sign in as (\S+) with (\S+)\n", process.stdout.readline())
        assert told
        assert answers(f"http://127.0.0.1:{port}/readyz")
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            data = {"username": told[1], "password": told[2]}
            token = client.post("/api/v2/auth/token", data=data).json()["access_token"]
            client.headers["Authorization"] = f"Bearer {token}"
            wait_for(lambda: client.get("/api/v2/alerts/stats").json()["total"] > 1000, within_s=90)
        os.killpg(process.pid, signal.SIGTERM)
        assert process.wait(timeout=5) == 0
        wait_for(lambda: not _group_lives(process.pid), within_s=5)


@pytest.mark.slow
def test_a_folder_that_is_no_demo_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "password").write_text(PASSWORD)
    folder = tmp_path / "real"
    made = lamis("create-operator", "olga", "--password-file", str(tmp_path / "password"), data_dir=folder)
    assert made.returncode == 0
    found = lamis("demo", data_dir=folder, PORT=str(free_port()))
    assert found.returncode == 1
    assert "no demo" in found.stderr


def _group_lives(group: int) -> bool:
    """Whether a process of the group still runs; ended ones that nobody waited for do not count."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (OSError, UnicodeDecodeError):
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            return True
    return False
