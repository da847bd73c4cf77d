"""Sources from the command line, against a simulated indexer."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from lamis.connections.models import Connection
from lamis.simulators.local import LocalIndexer
from lamis.storage.engine import Database
from tests.cli.conftest import Outcome, Run


@pytest.fixture
def files(tmp_path: Path, indexer: LocalIndexer) -> Path:
    """A folder with `ca.pem` and `password`."""
    (tmp_path / "ca.pem").write_text(indexer.ca_pem)
    (tmp_path / "password").write_text(indexer.password + "\n")
    return tmp_path


def _add(run: Run, indexer: LocalIndexer, files: Path, *more: str) -> Outcome:
    given = ["--url", indexer.url, "--username", indexer.username, "--ca-file", str(files / "ca.pem")]
    password = ["--password-file", str(files / "password")]
    return run("connections", "add", "acme", "--tenant", "Acme", *given, *password, *more)


@pytest.mark.slow
def test_a_source_is_added_listed_tested_and_removed(run: Run, indexer: LocalIndexer, files: Path) -> None:
    assert "No connections yet" in run("connections", "list").out
    added = _add(run, indexer, files)
    assert added.code == 0, added.err
    listed = json.loads(run("connections", "list", "--json").out)
    assert [(source["name"], source["tenant"], source["trust"]) for source in listed] == [
        ("acme", "Acme", "ca")
    ]
    assert indexer.password not in str(listed)
    assert "acme" in run("connections", "list").out
    tested = run("connections", "test", "--json")
    assert tested.code == 0
    assert json.loads(tested.out)[0]["code"] == "ok"
    assert run("connections", "remove", "acme", "--yes").code == 0
    assert json.loads(run("connections", "list", "--json").out) == []


def test_a_failed_test_stores_nothing_and_is_1(run: Run, indexer: LocalIndexer, files: Path) -> None:
    (files / "password").write_text("wrong")
    found = _add(run, indexer, files, "--json")
    assert found.code == 1
    assert json.loads(found.out)["code"] == "auth_failed"
    assert json.loads(run("connections", "list", "--json").out) == []
    assert "auth_failed" in _add(run, indexer, files).err


@pytest.mark.slow
def test_an_edit_changes_what_is_given(run: Run, indexer: LocalIndexer, files: Path) -> None:
    _add(run, indexer, files)
    assert run("connections", "edit", "acme", "--poll-s", "60", "--name", "acme-1").code == 0
    source = json.loads(run("connections", "list", "--json").out)[0]
    assert (source["name"], source["poll_s"]) == ("acme-1", 60)
    assert run("connections", "edit", "acme-1", "--paused").code == 0
    assert json.loads(run("connections", "list", "--json").out)[0]["state"] == "paused"
    assert run("connections", "edit", "acme-1", "--active").code == 0
    assert run("connections", "edit", "acme-1").code == 2
    assert run("connections", "edit", "acme-1", "--poll-s", "0").code == 2
    assert run("connections", "edit", "none", "--poll-s", "5").code == 1


def test_an_edit_renames_and_pauses_at_once(run: Run, indexer: LocalIndexer, files: Path) -> None:
    _add(run, indexer, files)
    assert run("connections", "edit", "acme", "--name", "acme-1", "--paused").code == 0
    source = json.loads(run("connections", "list", "--json").out)[0]
    assert (source["name"], source["state"]) == ("acme-1", "paused")


def test_a_pause_is_told_as_json_where_that_is_asked(run: Run, indexer: LocalIndexer, files: Path) -> None:
    _add(run, indexer, files)
    told = run("connections", "edit", "acme", "--paused", "--json")
    assert json.loads(told.out) == {"name": "acme", "is_active": False}


def test_refresh_makes_sources_due(run: Run, kept: Database, indexer: LocalIndexer, files: Path) -> None:
    _add(run, indexer, files)
    assert "1 source" in run("connections", "refresh").out
    assert run("connections", "refresh", "acme").code == 0
    assert run("connections", "refresh", "none").code == 1
    with kept.read() as session:
        assert session.query(Connection).one().refresh_asked == 2


def test_an_audit_shows_the_ledger(run: Run, indexer: LocalIndexer, files: Path) -> None:
    assert "no active source" in run("connections", "audit").out
    _add(run, indexer, files)
    found = run("connections", "audit", "--json")
    assert found.code == 0
    (ledger,) = json.loads(found.out)
    assert ledger["name"] == "acme"
    assert ledger["recounted"] == {"here": 0, "refused": 0}
    assert (ledger["lost"], ledger["is_complete"]) == (0, False)
    assert "THERE" in run("connections", "audit").out


def test_an_audit_does_not_call_lost_rows_complete(
    run: Run, kept: Database, indexer: LocalIndexer, files: Path
) -> None:
    _add(run, indexer, files)
    counts = "UPDATE source_window SET there = 10, here = 10, read_there = 10, checks = 1, state = 'complete'"
    with kept.write() as session:
        session.execute(text(f"{counts} WHERE key = (SELECT max(key) - 2 FROM source_window)"))
        session.execute(text("UPDATE source_window SET state = 'complete', there = 0 WHERE there IS NULL"))
    found = run("connections", "audit", "--json")
    assert found.code == 1
    (ledger,) = json.loads(found.out)
    assert (ledger["here"], ledger["recounted"]["here"], ledger["lost"]) == (10, 0, 10)
    assert (ledger["missing"], ledger["is_complete"], ledger["completeness"]) == (0, False, 0.0)
    told = run("connections", "audit")
    assert (told.code, "100.00%" in told.out) == (1, False)
    assert "acme is not complete: 10 documents" in told.err


@pytest.mark.slow
def test_an_import_stores_the_good_and_names_the_others(run: Run, indexer: LocalIndexer, files: Path) -> None:
    entry = {
        "name": "good",
        "tenant": "Acme",
        "kind": "wazuh",
        "url": indexer.url,
        "username": indexer.username,
        "password_file": "password",
        "ca_file": "ca.pem",
    }
    bad = entry | {"name": "bad", "password": "wrong", "index_pattern": "wazuh-alerts-4*"}
    del bad["password_file"]
    path = files / "sources.json"
    path.write_text(json.dumps({"connections": [entry, bad]}))
    dry = run("connections", "import", str(path), "--dry-run", "--json")
    assert dry.code == 1
    assert [each["id"] for each in json.loads(dry.out)] == [None, None]
    found = run("connections", "import", str(path), "--json")
    assert found.code == 1
    told = {each["name"]: each for each in json.loads(found.out)}
    assert (told["good"]["code"], told["bad"]["code"]) == ("ok", "auth_failed")
    assert [source["name"] for source in json.loads(run("connections", "list", "--json").out)] == ["good"]
    path.write_text(json.dumps({"connections": []}))
    empty = run("connections", "import", str(path))
    assert (empty.code, empty.out) == (1, "")
    assert "is empty; nothing was imported" in empty.err
    assert run("connections", "import", "none.yaml").code == 2
