"""`lamis block`, `unblock`, `blocks`."""

import json

import pytest
from cryptography.fernet import Fernet

from lamis.base.clock import utc_now
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.base.secrets import Vault
from lamis.blocking import queries
from lamis.blocking.types import Block, BlockFilter
from lamis.connections import actions as connections
from lamis.connections.drafts import parse_draft
from lamis.connections.types import TestCode, TestResult
from lamis.storage.engine import Database
from lamis.tenants.actions import create_tenant
from tests.cli.conftest import Run


@pytest.fixture
def tenants(kept: Database) -> Database:
    """Acme with a firewall, Globex without."""
    draft = parse_draft(
        {"name": "fw-1", "kind": "opnsense", "url": "https://192.0.2.30", "username": "k", "password": "s-1"}
    )
    tested = TestResult(TestCode.OK, "It works.", own_networks=("198.51.100.1/32",))
    with kept.write() as session:
        acme = create_tenant(session, SYSTEM, "Acme", now=utc_now())
        create_tenant(session, SYSTEM, "Globex", now=utc_now())
        connections.add_connection(
            session,
            SYSTEM,
            draft,
            tenant_key=acme.key,
            vault=Vault([Fernet.generate_key().decode()]),
            tested=tested,
            now=utc_now(),
        )
    return kept


def stored(database: Database) -> list[Block]:
    with database.read() as session:
        return queries.blocks(session, EVERYTHING, BlockFilter())[0]


def test_an_address_is_blocked_listed_and_unblocked(run: Run, tenants: Database) -> None:
    done = run("block", "203.0.113.9", "--reason", "Brute force", "--for", "7d")
    assert done.code == 0
    assert "203.0.113.9 is asked to be dropped by fw-1" in done.out
    listed = run("blocks")
    assert "203.0.113.9" in listed.out
    assert "fw-1 waiting" in listed.out
    (shown,) = json.loads(run("blocks", "--json").out)
    assert (shown["address"], shown["state"], shown["tenant"]) == ("203.0.113.9", "REQUESTED", "Acme")
    assert run("unblock", "203.0.113.9", "--reason", "Ours").code == 0
    (block,) = stored(tenants)
    assert (block.state.value, block.lift_why) == ("LIFTING", "Ours")
    assert run("blocks").out.strip() == "Nothing is blocked."
    assert "203.0.113.9" in run("blocks", "--all").out


def test_a_guard_ends_with_its_sentence_and_wrong_usage(run: Run, tenants: Database) -> None:
    refused = run("block", "10.0.0.1", "--reason", "x")
    assert (refused.code, "is private" in refused.err) == (2, True)
    assert run("block", "10.0.0.1", "--reason", "x", "--override", "Infected").code == 0
    assert run("block", "198.51.100.1", "--reason", "x", "--override", "I insist").code == 2
    assert len(stored(tenants)) == 1


def test_a_dry_run_tells_and_writes_nothing(run: Run, tenants: Database) -> None:
    done = run("block", "8.8.8.8", "--reason", "x", "--dry-run")
    assert "would be dropped by fw-1; nothing was written" in done.out
    assert "Warning: 8.8.8.8 belongs to the public resolver of Google" in done.out
    shown = json.loads(run("block", "127.0.0.1", "--reason", "x", "--dry-run", "--json").out)
    assert (shown["would_block"], shown["guards"][0]["guard"]) == (False, "loopback")
    assert stored(tenants) == []


@pytest.mark.parametrize("span", ["soon", "5", "1s"])
def test_a_span_that_cannot_be_is_wrong_usage(run: Run, tenants: Database, span: str) -> None:
    assert run("block", "203.0.113.9", "--reason", "x", "--for", span).code == 2
    assert stored(tenants) == []


def test_until_lifted_has_no_end(run: Run, tenants: Database) -> None:
    shown = json.loads(run("block", "203.0.113.9", "--reason", "x", "--until-lifted", "--json").out)
    assert shown[0]["expires_at"] is None


def test_what_is_not_blocked_cannot_be_unblocked(run: Run, tenants: Database) -> None:
    missing = run("unblock", "203.0.113.9")
    assert (missing.code, "is not blocked" in missing.err) == (1, True)
    assert run("unblock", "nonsense").code == 1


def test_a_tenant_without_firewall_ends_with_a_sentence(run: Run, tenants: Database) -> None:
    done = run("block", "203.0.113.9", "--reason", "x", "--tenant", "Globex")
    assert (done.code, "no firewall and no block list" in done.err) == (1, True)
