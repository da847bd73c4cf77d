"""Firewalls from the command line."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Outcome, Run
from tests.fakes.firewall import FakeFirewall
from tests.fakes.vendor import install


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeFirewall:
    return install(monkeypatch)


def _add(run: Run, folder: Path, *more: str) -> Outcome:
    (folder / "secret").write_text("s3cr3t-of-the-box\n")
    given = [
        "--url",
        "https://192.0.2.30",
        "--username",
        "the-key",
        "--password-file",
        str(folder / "secret"),
    ]
    return run("connections", "add", "fw-3", "--tenant", "Acme", "--kind", "opnsense", *given, *more)


@pytest.mark.slow
def test_a_firewall_is_added_listed_tested_changed_and_removed(
    run: Run, tmp_path: Path, fake: FakeFirewall
) -> None:
    added = _add(run, tmp_path, "--alias", "Ours")
    assert added.code == 0, added.err
    assert fake.endpoints[0].password == "s3cr3t-of-the-box"
    (listed,) = json.loads(run("connections", "list", "--json").out)
    assert (listed["name"], listed["kind"], listed["alias"], listed["may_create"]) == (
        "fw-3",
        "opnsense",
        "Ours",
        False,
    )
    assert "opnsense" in run("connections", "list").out
    assert json.loads(run("connections", "test", "--json").out)[0]["code"] == "ok"
    assert run("connections", "edit", "fw-3", "--alias", "Other", "--may-create").code == 0
    (listed,) = json.loads(run("connections", "list", "--json").out)
    assert (listed["alias"], listed["may_create"]) == ("Other", True)
    assert run("connections", "edit", "fw-3", "--no-create").code == 0
    assert json.loads(run("connections", "list", "--json").out)[0]["may_create"] is False
    assert run("connections", "refresh", "fw-3").code == 1
    assert run("connections", "remove", "fw-3", "--yes").code == 0
    assert json.loads(run("connections", "list", "--json").out) == []


def test_what_is_missing_is_made_only_where_asked_for(run: Run, tmp_path: Path, fake: FakeFirewall) -> None:
    fake.is_prepared = False
    refused = _add(run, tmp_path)
    assert (refused.code, "alias_missing" in refused.err) == (1, True)
    assert _add(run, tmp_path, "--may-create").code == 0
    assert fake.is_prepared


def test_a_file_holds_sources_and_firewalls(run: Run, tmp_path: Path, fake: FakeFirewall) -> None:
    file = tmp_path / "both.yaml"
    file.write_text(
        "connections:\n"
        "  - {name: fw-3, tenant: Acme, kind: opnsense, url: 'https://192.0.2.30', username: k, password: p,"
        " may_create: true}\n"
        "  - {name: fw-4, tenant: Acme, kind: opnsense, url: 'http://192.0.2.31', username: k, password: p}\n"
    )
    fake.is_prepared = False
    dry = run("connections", "import", str(file), "--dry-run", "--json")
    assert [each["code"] for each in json.loads(dry.out)] == ["alias_missing", "invalid"]
    assert fake.is_prepared is False
    found = run("connections", "import", str(file), "--json")
    assert found.code == 1
    assert [(each["name"], each["code"]) for each in json.loads(found.out)] == [
        ("fw-3", "ok"),
        ("fw-4", "invalid"),
    ]
    assert [each["name"] for each in json.loads(run("connections", "list", "--json").out)] == ["fw-3"]


def test_a_doctor_looks_at_firewalls_too(run: Run, tmp_path: Path, fake: FakeFirewall) -> None:
    _add(run, tmp_path)
    fake.is_prepared = False
    told = run("doctor", "--json")
    (found,) = [each for each in json.loads(told.out)["findings"] if each["check"] == "firewall fw-3"]
    assert (found["verdict"], found["code"]) == ("wrong", "alias_missing")
    assert "LAMIS make it" in found["cure"]
