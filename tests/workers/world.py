"""A store, a simulated source and a clock that a test turns: the collector's whole world."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from lamis.base.clock import from_ms, iso, to_ms
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.base.secrets import load_keys
from lamis.base.settings import Settings
from lamis.connections import actions, queries, queries_windows
from lamis.connections.drafts import parse_draft
from lamis.connections.ledger import Ledger
from lamis.connections.models import Connection
from lamis.connections.tiles import Tile
from lamis.connections.tiling import is_tiled
from lamis.connections.types import Generation, TestCode, TestResult
from lamis.simulators.local import LocalIndexer
from lamis.storage.engine import Database
from lamis.storage.runtime import Runtime
from lamis.tenants.models import Tenant
from lamis.workers.collector import Collector
from lamis.workers.disk import Usage
from tests.clock import Clock
from tests.indexers import way_to

PLENTY = Usage(1 << 40, 0, 1 << 40)


@dataclass
class World:
    """One collector over one store; `poll` makes every source due and works all of it off."""

    runtime: Runtime
    clock: Clock
    collector: Collector
    tenant_key: int
    usage: Usage = field(default=PLENTY)

    @property
    def database(self) -> Database:
        return self.runtime.database

    def connect(self, indexer: LocalIndexer, **changes: object) -> str:
        """Store a connection to `indexer` as if its test had passed; returns its id."""
        values: dict[str, object] = {
            "name": "branch",
            **way_to(indexer),
            **changes,
        }
        passed = TestResult(TestCode.OK, "It works.", generation=Generation.V4)
        with self.database.write() as session:
            connection = actions.add_connection(
                session,
                SYSTEM,
                parse_draft(values),
                tenant_key=self.tenant_key,
                vault=self.runtime.keys.vault,
                tested=passed,
                now=self.clock(),
            )
        return connection.id

    def edit(self, connection_id: str, **values: object) -> None:
        """Store changes as if their test had passed; the password is left blank."""
        with self.database.write() as session:
            actions.edit_connection(
                session,
                SYSTEM,
                connection_id,
                parse_draft(values),
                vault=self.runtime.keys.vault,
                tested=TestResult(TestCode.OK, "It works."),
                now=self.clock(),
            )

    def poll(self, **forward: float) -> None:
        """Let time pass (10 s unless said), ask for a Refresh of all and work everything off."""
        self.clock.forward(**(forward or {"seconds": 10}))
        with self.database.write() as session:
            actions.ask_refresh(session, SYSTEM)
        self.collector.look()

    def connection(self, connection_id: str) -> Connection:
        with self.database.read() as session:
            return queries.connection_by_id(session, EVERYTHING, connection_id)

    def tiles(self, connection_id: str) -> list[Tile]:
        """Every window; fails unless they cover the axis."""
        with self.database.read() as session:
            key = queries.connection_by_id(session, EVERYTHING, connection_id).key
            keys = session.execute(
                text("SELECT key FROM source_window WHERE connection_key = :key"), {"key": key}
            )
            found = queries_windows.windows_by_key(session, EVERYTHING, key, [row[0] for row in keys])
        assert is_tiled(found)
        return found

    def ledger(self, connection_id: str) -> Ledger:
        with self.database.read() as session:
            return queries.ledger(session, EVERYTHING, connection_id, now=self.clock())

    def stored(self) -> set[tuple[str, str]]:
        """(index, _id) of every stored document; fails when one is stored twice."""
        return self._origins("alert")

    def refused(self) -> set[tuple[str, str]]:
        return self._origins("refused_document")

    def _origins(self, table: str) -> set[tuple[str, str]]:
        statement = f"SELECT i.name, d.doc_id FROM {table} d JOIN source_index i ON i.key = d.index_key"
        with self.database.read() as session:
            rows = [(row[0], row[1]) for row in session.execute(text(statement))]
        assert len(rows) == len(set(rows))
        return set(rows)


@contextmanager
def make_world(database: Database, folder: Path, **settings: Any) -> Iterator[World]:
    chosen = Settings(data_dir=folder, requests_per_minute=6000, **settings)
    runtime = Runtime(settings=chosen, database=database, keys=load_keys(chosen))
    with database.write() as session:
        tenant = Tenant(id="tenant-1", name="Acme", name_folded="acme", created_ms=0)
        session.add(tenant)
    clock = Clock()
    world = World(runtime, clock, None, tenant.key)  # type: ignore[arg-type]
    world.collector = Collector(runtime, clock=clock, measure=lambda _path: world.usage)
    try:
        yield world
    finally:
        world.collector.close()


def document(moment: datetime | None, number: int = 0, **more: object) -> bytes:
    """A small 4.x alert at `moment`; None has no time at all."""
    source: dict[str, object] = {
        "id": f"{number}",
        "rule": {"id": "5710", "level": 5, "description": "x"},
        **more,
    }
    if moment is not None:
        source |= {"@timestamp": iso(moment), "timestamp": iso(moment)}
    return json.dumps(source).encode()


def there(indexer: LocalIndexer) -> set[tuple[str, str]]:
    """(index, _id) of everything the source holds."""
    return {(one.index, one.doc_id) for one in indexer.documents()}


def ms_after(moment: datetime, ms: int) -> datetime:
    return from_ms(to_ms(moment) + ms)
