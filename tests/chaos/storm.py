"""Alerts that flow in from an indexer that misbehaves, while the processes that take them in are killed."""

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lamis.app.store import open_store
from lamis.base.clock import utc_now
from lamis.base.scope import SYSTEM
from lamis.base.settings import Settings
from lamis.connections import actions
from lamis.connections.drafts import parse_draft
from lamis.connections.types import Generation, TestCode, TestResult
from lamis.simulators.faults import FaultKind
from lamis.simulators.local import LocalIndexer
from lamis.storage.runtime import Runtime
from lamis.tenants.models import Tenant
from tests.chaos.processes import Processes
from tests.engines.waiting import wait_until
from tests.workers.world import document

DEADLINE_S = 600
FAULTS = (
    FaultKind.HALF_ANSWER,
    FaultKind.BROKEN_JSON,
    FaultKind.SHARDS_FAILED,
    FaultKind.EMPTY_PAGE,
    FaultKind.WRONG_TOTAL,
    FaultKind.TIMED_OUT,
    FaultKind.HTML_ERROR,
    FaultKind.TOO_MANY_REQUESTS,
)
_BATCH = 100
Say = Callable[[str], None]


@dataclass
class Source:
    """What the indexer is given: history, live alerts, late, undated and re-sent ones, incidents to be."""

    indexer: LocalIndexer
    dice: random.Random
    number: int = 0
    resent: int = 0
    is_done: threading.Event = field(default_factory=threading.Event)

    def add(self, count: int, *, hours: float) -> None:
        for _ in range(count):
            moment: datetime | None = utc_now() - timedelta(hours=hours * self.dice.random())
            if self.number % 997 == 0:
                moment = None
            elif self.number % 10 == 0:
                moment = utc_now().replace(microsecond=0)
            rule = {"id": str(self.number % 40), "description": "x", "level": 5}
            if self.number % 25 == 0:
                rule["level"] = 12
            made = self.indexer.add(
                document(moment, self.number, rule=rule), index=f"wazuh-alerts-4.x-{self.number % 3}"
            )
            if self.number % 20 == 0:
                self.indexer.resend(made)
                self.resent += 1
            self.number += 1

    def flow(self, total: int) -> None:
        """The rest, in small batches, until `total` were added; runs in a thread of its own."""
        while self.number < total and not self.is_done.wait(0.02):
            self.add(min(_BATCH, total - self.number), hours=self.dice.choice((0.01, 0.01, 20)))


def connect(settings: Settings, indexer: LocalIndexer) -> tuple[Runtime, str]:
    """A tenant with `indexer` as its source; returns the store and the source's id."""
    runtime = open_store(settings)
    values = {
        "name": "storm",
        "url": indexer.url,
        "username": indexer.username,
        "password": indexer.password,
        "ca_pem": indexer.ca_pem,
        "poll_s": 1,
        "backfill": "all",
    }
    with runtime.database.write() as session:
        tenant = Tenant(id="tenant-1", name="Acme", name_folded="acme", created_ms=0)
        session.add(tenant)
        session.flush()
        connection = actions.add_connection(
            session,
            SYSTEM,
            parse_draft(values),
            tenant_key=tenant.key,
            vault=runtime.keys.vault,
            tested=TestResult(TestCode.OK, "It works.", generation=Generation.V4),
            now=utc_now(),
        )
    return runtime, connection.id


def taken_in(runtime: Runtime) -> int:
    """How many documents are here, kept or refused."""
    statement = "SELECT (SELECT count(*) FROM alert) + (SELECT count(*) FROM refused_document)"
    with suppress(DBAPIError), runtime.database.read() as session:
        return int(session.execute(text(statement)).scalar_one())
    return 0


def rage(
    source: Source, runtime: Runtime, processes: Processes, *, alerts: int, kills: int, say: Say
) -> None:
    """Kill `kills` processes while `alerts` flow in, then let everything come to rest."""
    dice, indexer = processes.dice, source.indexer
    producer = threading.Thread(target=source.flow, args=(alerts,))
    producer.start()
    try:
        for kill in range(kills):
            goal = min(taken_in(runtime) + dice.randrange(1, max(2, alerts // kills)), source.number - 1)
            indexer.fault(dice.choice(FAULTS), count=dice.randrange(1, 3))
            wait_until(lambda goal=goal: taken_in(runtime) >= goal, timeout_s=DEADLINE_S, what="progress")  # type: ignore[misc]  # bound now
            name = processes.kill_one()
            say(f"kill {kill + 1} of {kills}: {name} at {taken_in(runtime):,} of {source.number:,} alerts")
        producer.join(DEADLINE_S)
    finally:
        source.is_done.set()
        producer.join()
    indexer.clear_faults()
    wanted = source.number + source.resent
    wait_until(lambda: taken_in(runtime) >= wanted, timeout_s=DEADLINE_S, what=f"all {wanted} taken in")


def settings_for(data_dir: Path, **urls: str | None) -> Settings:
    values: dict[str, Any] = {"_env_file": None, "data_dir": data_dir, "requests_per_minute": 6000, **urls}
    return Settings(**values)
