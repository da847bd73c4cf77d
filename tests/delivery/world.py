"""A store with tenants and channels, a clock a test turns, and the worker's steps one by one."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from lamis.base.clock import to_ms
from lamis.base.ids import new_id
from lamis.base.scope import EVERYTHING, SYSTEM, Actor
from lamis.base.secrets import Vault
from lamis.delivery import actions, noticing, outbox, queries, queries_log
from lamis.delivery.drafts import parse_channel
from lamis.delivery.models import Channel
from lamis.delivery.types import (
    AttemptInfo,
    ChannelInfo,
    ClaimedDelivery,
    DeliveryInfo,
    DeliveryState,
    Outcome,
    Recorded,
)
from lamis.journal.actions import record, tenant_stream
from lamis.journal.queries import entries
from lamis.storage.engine import Database
from lamis.tenants.actions import create_tenant
from lamis.tenants.types import TenantInfo

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
VAULT = Vault(["qIqpVU9hJX1tFTQd1L1yDs5yqkzSO2BVBzpRd5uhpcM="])
URL = "https://hooks.example/lamis?token=hidden"
SENT = Outcome(is_delivered=True, status=204)
LATER = Outcome(is_delivered=False, status=503, error="hooks.example:443 answered 503.")
NEVER = Outcome(is_delivered=False, status=404, error="hooks.example:443 answered 404.", is_permanent=True)
GONE = Outcome(is_delivered=False, status=410, error="Gone.", is_permanent=True, is_gone=True)
WEBHOOK: dict[str, object] = {"name": "hook", "kind": "webhook", "url": URL}
MAIL: dict[str, object] = {
    "name": "mail",
    "kind": "smtp",
    "host": "mail.example",
    "sender": "lamis@example.org",
    "recipients": "soc@example.org",
    "username": "lamis",
    "password": "hidden words",
}


@dataclass
class World:
    """What the delivery room does, step by step, at a time that only the test moves."""

    database: Database
    acme: TenantInfo
    globex: TenantInfo
    now: datetime = NOON
    dice: random.Random = field(default_factory=lambda: random.Random(7))

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)

    def add(
        self, values: dict[str, object] | None = None, *, actor: Actor = SYSTEM, **changes: object
    ) -> ChannelInfo:
        draft = parse_channel({**(values or WEBHOOK), **changes})
        with self.database.write() as session:
            channel_id, _ = actions.add_channel(
                session, actor, draft, tenant_key=self.acme.key, vault=VAULT, now=self.now
            )
        return self.channel(channel_id)

    def edit(self, channel: ChannelInfo, *, actor: Actor = SYSTEM, **values: object) -> None:
        with self.database.write() as session:
            actions.edit_channel(session, actor, channel.id, parse_channel(values), vault=VAULT, now=self.now)

    def channel(self, channel_id: str) -> ChannelInfo:
        with self.database.read() as session:
            return queries.channel_by_id(session, EVERYTHING, channel_id)

    def row(self, channel: ChannelInfo) -> Channel:
        with self.database.read() as session:
            return queries.channel_row(session, EVERYTHING, channel.id)

    def tell(
        self,
        kind: str = "incident.opened",
        *,
        severity: str = "high",
        tenant: TenantInfo | None = None,
        incident_id: str = "",
        **subject: str,
    ) -> str:
        """An entry of a tenant's journal about an incident, its own unless named; returns that one's id."""
        incident = incident_id or new_id()
        with self.database.write() as session:
            record(
                session,
                tenant_stream((tenant or self.acme).key),
                kind=kind,
                actor="system",
                subject={"incident": incident, "severity": severity, **subject},
                now=self.now,
            )
        return incident

    def notice(self) -> int:
        with self.database.write() as session:
            return noticing.notice(session, now=self.now, public_url="https://lamis.example")

    def claim(self) -> ClaimedDelivery | None:
        with self.database.write() as session:
            return outbox.claim_next(session, now=self.now)

    def record(self, claimed: ClaimedDelivery, outcome: Outcome = SENT) -> Recorded:
        with self.database.write() as session:
            return outbox.record(session, claimed, outcome, now=self.now, dice=self.dice)

    def attempt(self, outcome: Outcome = SENT) -> Recorded:
        """Claim what is due and end it so."""
        claimed = self.claim()
        assert claimed is not None
        return self.record(claimed, outcome)

    def deliveries(self, state: DeliveryState | None = None) -> list[DeliveryInfo]:
        with self.database.read() as session:
            return queries_log.deliveries(session, EVERYTHING, state=state)

    def attempts(self, delivery: DeliveryInfo) -> list[AttemptInfo]:
        with self.database.read() as session:
            return queries_log.attempts(session, EVERYTHING, delivery.key)

    def journal(self) -> list[str]:
        """The kinds of the tenant's entries about channels."""
        kinds = [f"channel.{word}" for word in ("added", "changed", "removed", "switched_on", "switched_off")]
        with self.database.read() as session:
            found = entries(session, EVERYTHING, self.acme.key, after=0, until=10_000, kinds=kinds, limit=100)
        return [entry.kind for entry in found]

    @property
    def now_ms(self) -> int:
        return to_ms(self.now)


def make_world(database: Database) -> World:
    with database.write() as session:
        acme = create_tenant(session, SYSTEM, "Acme", now=NOON)
        globex = create_tenant(session, SYSTEM, "Globex", now=NOON)
    return World(database, acme, globex)
