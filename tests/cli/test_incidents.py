"""Incidents from the command line."""

import json

import pytest

from lamis.storage.engine import Database
from tests.alerts.world import ago, settle
from tests.cli.conftest import Run
from tests.incidents.world import high, row, take


@pytest.fixture
def store(kept: Database) -> Database:
    settle(kept)
    take(kept, high(1, at=ago(minutes=1), title="Brute\x1b[2J force"), high(2))
    return kept


def test_nothing_is_said_to_match_where_nothing_does(run: Run) -> None:
    assert "No incidents match." in run("incidents", "list").out


def test_what_waits_is_listed(store: Database, run: Run) -> None:
    shown = run("incidents", "list")
    assert shown.code == 0
    assert "#1" in shown.out
    assert "\x1b" not in shown.out
    (listed,) = json.loads(run("incidents", "list", "--json").out)
    assert (listed["number"], listed["count"], listed["state"]) == (1, 2, "open")
    assert json.loads(run("incidents", "list", "--state", "closed", "--json").out) == []
    assert len(json.loads(run("incidents", "list", "--text", "brute", "--json").out)) == 1


def test_one_is_shown_with_its_history(store: Database, run: Run) -> None:
    assert run("incidents", "acknowledge", "1").out == "Incident #1 is acknowledged.\n"
    closed = run("incidents", "close", "#1", "--verdict", "false-positive", "--comment", "Noise")
    assert closed.out == "Incident #1 is closed as false positive.\n"
    shown = run("incidents", "show", "1").out
    assert "state: closed" in shown
    assert "LAMIS: closed false positive Noise" in shown
    told = json.loads(run("incidents", "show", row(store).id, "--json").out)
    assert [each["kind"] for each in told["history"]] == ["acknowledged", "closed"]


def test_what_cannot_be_done_is_told(store: Database, run: Run) -> None:
    assert run("incidents", "show", "7").code == 1
    wrong = run("incidents", "close", "1", "--verdict", "perhaps")
    assert (wrong.code, "not a verdict" in wrong.err) == (2, True)
    run("incidents", "close", "1", "--verdict", "benign")
    assert "already closed by LAMIS" in run("incidents", "close", "1", "--verdict", "benign").err
    assert run("incidents", "list", "--state", "gone").code == 2
