"""Alerts from the command line."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from lamis.alerts.types import Batch, Fields, Filter, Incoming
from lamis.base.clock import to_ms, utc_now
from lamis.base.secrets import Keys, Vault
from lamis.base.settings import Settings
from lamis.cli import alerts as tailing
from lamis.connections.models import Connection
from lamis.incidents.actions import receive
from lamis.storage.engine import Database
from lamis.storage.runtime import Runtime
from lamis.tenants.models import Tenant
from tests.cli.conftest import Run


@pytest.fixture
def filled(kept: Database) -> Database:
    """Two alerts of the last hour and one of last week."""
    now = utc_now()
    ages = (timedelta(), timedelta(minutes=30), timedelta(days=7))
    documents = [
        Incoming(
            index="wazuh-alerts-4.x-2026.03.01",
            doc_id=f"doc-{number}",
            raw=b'{"n" : %d}' % number,
            fields=Fields(
                time_ms=to_ms(now - age),
                title=f"=title\x1b[31m {number}",
                rule="5710",
                level=5,
                device="web\x08",
            ),
        )
        for number, age in enumerate(ages)
    ]
    with kept.write() as session:
        ms = to_ms(now)
        session.add(Tenant(key=1, id="t", name="Acme", name_folded="acme", created_ms=ms))
        session.flush()
        session.add(
            Connection(
                key=1,
                id="c",
                tenant_key=1,
                kind="wazuh",
                name="acme-emea",
                name_folded="acme-emea",
                urls=["https://192.0.2.10:9200"],
                created_ms=ms,
                changed_ms=ms,
            )
        )
    with kept.ingest() as session:
        receive(session, Batch(1, 1, "c", documents), now=now)
    return kept


def test_raw_is_everything_as_it_came(run: Run, filled: Database) -> None:
    found = run("alerts", "export", "--raw")
    assert found.code == 0
    lines = found.out.splitlines()
    assert lines[0] == (
        '{"connection":"acme-emea","_index":"wazuh-alerts-4.x-2026.03.01","_id":"doc-0","_source":{"n" : 0}}'
    )
    assert len(lines) == 3


def test_an_export_is_the_last_day_unless_asked_otherwise(run: Run, filled: Database) -> None:
    assert len(run("alerts", "export").out.splitlines()) == 2
    assert len(run("alerts", "export", "--from", "30d").out.splitlines()) == 3
    assert run("alerts", "export", "--severity", "critical").out == ""
    csv = run("alerts", "export", "--format", "csv").out
    assert csv.splitlines()[0].startswith("id,created_at")
    assert "'=title" in csv


def test_the_tail_begins_with_the_newest_oldest_first(run: Run, filled: Database) -> None:
    found = run("alerts", "tail", "--no-follow", "--json", "-n", "5")
    titles = [json.loads(line)["title"] for line in found.out.splitlines()]
    assert [title[-1] for title in titles] == ["1", "0"]
    assert len(run("alerts", "tail", "--no-follow", "-n", "1").out.splitlines()) == 1
    assert run("alerts", "tail", "--no-follow", "-n", "0").out == ""


def test_the_tail_follows_what_is_stored_also_late_and_much_of_it(
    filled: Database, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tailing, "TAIL_S", 0)
    now = utc_now()

    def stored(name: str, age: timedelta, n: int) -> None:
        documents = [
            Incoming("i", f"{name}-{at}", b"{}", Fields(time_ms=to_ms(now - age) + at, title=name))
            for at in range(n)
        ]
        with filled.ingest() as session:
            receive(session, Batch(1, 1, "c", documents), now=now)

    stored("old", timedelta(hours=1), 510)
    wanted = Filter(since=now - timedelta(days=1))
    runtime = Runtime(
        settings=Settings(_env_file=None, data_dir=data_dir),
        database=filled,
        keys=Keys("", Vault([Fernet.generate_key().decode()])),
    )
    following = tailing._newest(runtime, wanted, number=1, follow=True)
    assert next(following).title == "=title\x1b[31m 0"
    stored("late", timedelta(hours=2), 1)
    stored("new", timedelta(), 1100)
    titles = [next(following).title for _ in range(1101)]
    assert titles == ["late"] + ["new"] * 1100


def test_titles_and_devices_cannot_steer_the_terminal(run: Run, filled: Database) -> None:
    shown = run("alerts", "tail", "--no-follow").out
    assert "\x1b" not in shown
    assert "\x08" not in shown


@pytest.mark.parametrize(
    "arguments", [("--severity", "awful"), ("--from", "soon"), ("--format", "xml"), ("--address", "x")]
)
def test_a_wrong_filter_is_2(run: Run, arguments: tuple[str, str]) -> None:
    assert run("alerts", "export", *arguments).code == 2


@pytest.mark.parametrize("command", [("export",), ("tail", "--no-follow")])
def test_words_are_refused_where_no_text_index_is_kept(
    run: Run, filled: Database, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LAMIS_TEXT_INDEX", "false")
    refused = run("alerts", *command, "--text", "title")
    assert (refused.code, refused.out) == (2, "")
    assert "LAMIS_TEXT_INDEX" in refused.err
    assert run("alerts", *command, "--rule", "5710").code == 0
