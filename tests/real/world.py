"""A collector that reads a real engine, as a user of least privilege, with a clock that a test turns."""

import json
from collections.abc import Sequence
from datetime import datetime

from lamis.base.clock import iso, utc_now
from lamis.base.scope import SYSTEM
from lamis.connections import actions
from lamis.connections.drafts import ConnectionDraft, parse_draft
from lamis.connections.endpoints import endpoint_of_draft
from lamis.connections.testing import test_endpoint as try_endpoint
from lamis.connections.types import TestCode, TestResult
from lamis.connectors.registry import manifest
from tests.engines.opensearch import Engine
from tests.real.proof import Proved, documents_there, prove
from tests.workers.world import World

READER = ("collector", "Lamp-over-7-Rivers")
ALERTS = "wazuh-alerts-*"
FINDINGS = "wazuh-findings-v5-*"
BOTH = (ALERTS, FINDINGS)


def draft_for(engine: Engine, **changes: object) -> ConnectionDraft:
    """What an operator would type to have `engine` read by the reader."""
    values: dict[str, object] = {
        "name": "real",
        "url": engine.url,
        "username": READER[0],
        "password": READER[1],
        "ca_pem": engine.ca_pem,
        "backfill": "all",
        **changes,
    }
    return parse_draft(values)


def tried(world: World, draft: ConnectionDraft) -> TestResult:
    """The live test that a door runs before it saves."""
    endpoint = endpoint_of_draft(
        draft, vault=world.runtime.keys.vault, settings=world.runtime.settings, may_reach_private=True
    )
    return try_endpoint(manifest(draft.kind).open_alerts, endpoint, now=utc_now())


def connect(
    world: World, engine: Engine, *, reads: Sequence[str] = BOTH, is_tested: bool = True, **changes: object
) -> str:
    """Make the reader, test, save; returns the connection's id.

    Without a test it is saved as if one had passed: a pattern that matches nothing fails it, as it should.
    """
    engine.create_reader(*READER, list(reads))
    draft = draft_for(engine, **changes)
    tested = tried(world, draft) if is_tested else TestResult(TestCode.OK, "It works.")
    assert tested.is_ok, tested
    with world.database.write() as session:
        connection = actions.add_connection(
            session,
            SYSTEM,
            draft,
            tenant_key=world.tenant_key,
            vault=world.runtime.keys.vault,
            tested=tested,
            now=world.clock(),
        )
        return connection.id


def edit(world: World, source: str, engine: Engine, **changes: object) -> TestCode:
    """Test and save a change; a failed test saves nothing. Returns the test's code."""
    draft = draft_for(engine, **changes)
    tested = tried(world, draft)
    if tested.is_ok:
        with world.database.write() as session:
            actions.edit_connection(
                session,
                SYSTEM,
                source,
                draft,
                vault=world.runtime.keys.vault,
                tested=tested,
                now=world.clock(),
            )
    return tested.code


def prove_all(world: World, source: str, engine: Engine, *, pattern: str = ALERTS) -> Proved:
    """Fail unless everything that the engine holds now is stored once."""
    engine.refresh()
    with engine.client(*engine.admin) as client:
        return prove(world, source, documents_there(client, pattern))


def alert(moment: datetime | None, number: int, **more: object) -> tuple[str | None, bytes]:
    """A small 4.x alert for a bulk; None has no time at all."""
    document: dict[str, object] = {
        "rule": {"id": "5710", "level": 5, "description": "x"},
        "id": f"{number}",
        "agent": {"id": "001"},
        **more,
    }
    if moment is not None:
        document |= {"@timestamp": iso(moment), "timestamp": iso(moment)}
    return None, json.dumps(document).encode()


def day_of(moment: datetime) -> str:
    """The daily index of an alert."""
    return f"wazuh-alerts-4.x-{moment:%Y.%m.%d}"


def put(engine: Engine, *documents: tuple[str | None, bytes], index: str) -> None:
    """Index documents and make them searchable; fails when the engine refuses one."""
    loaded = engine.bulk_raw(index, documents)
    assert not loaded.refused, loaded.refused[:1]
    engine.refresh()
