"""Alerts in the world of the API's tests."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address

import orjson

from lamis.alerts.types import Batch, Fields, Incoming
from lamis.base.clock import to_ms
from lamis.base.ids import new_id
from lamis.connections.models import Connection
from lamis.incidents.actions import receive
from lamis.tenants.types import TenantInfo
from tests.api.conftest import World


def connect(world: World, tenant: TenantInfo, name: str, *, now: datetime, is_active: bool = True) -> str:
    """A stored connection that nobody tested; returns its id."""
    with world.runtime.database.write() as session:
        row = Connection(
            id=new_id(),
            tenant_key=tenant.key,
            kind="wazuh",
            name=name,
            name_folded=name.casefold(),
            urls=["https://192.0.2.10:9200"],
            username="reader",
            trust_mode="system",
            poll_s=10,
            backfill="24h",
            is_active=is_active,
            created_ms=to_ms(now),
            changed_ms=to_ms(now),
            last_good_ms=to_ms(now),
        )
        session.add(row)
        session.flush()
        return row.id


def store(world: World, connection_id: str, documents: Sequence[Incoming], *, now: datetime) -> None:
    """Store documents of a connection as a poll does."""
    with world.runtime.database.ingest() as session:
        row = session.query(Connection).filter_by(id=connection_id).one()
        batch = Batch(
            tenant_key=row.tenant_key,
            connection_key=row.key,
            connection_id=row.id,
            documents=documents,
        )
        receive(session, batch, now=now)


def document(number: int, *, at: datetime, level: int = 5, title: str = "Login failed") -> Incoming:
    """A document with odd spacing, so that a re-serialised one would show."""
    raw = b'{"n" : %d,  "title":%s}' % (number, orjson.dumps(title))
    fields = Fields(
        time_ms=to_ms(at),
        title=title,
        rule="5710",
        level=level,
        device="web-1",
        source_address=ip_address("198.51.100.7"),
        addresses=(ip_address("198.51.100.7"),),
        user="root",
        groups=("sshd",),
    )
    return Incoming(index="wazuh-alerts-4.x-2026.03.01", doc_id=f"doc-{number}", raw=raw, fields=fields)


def fill(world: World, connection_id: str, count: int, *, now: datetime) -> None:
    """`count` documents, a minute apart, the newest at `now`."""
    documents = [document(n, at=now - timedelta(minutes=n)) for n in range(count)]
    store(world, connection_id, documents, now=now)
