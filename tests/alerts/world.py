"""Tenants, connections and documents for the tests of alerts."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from ipaddress import ip_address

from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from lamis.alerts.actions import store
from lamis.alerts.types import Batch, Fields, Filter, Incoming, Mitre, Stored
from lamis.base.clock import to_ms
from lamis.base.scope import Scope
from lamis.connections.models import Connection
from lamis.storage.engine import Database
from lamis.tenants.models import Tenant

NOW = datetime(2026, 11, 21, 12, 7, 30, tzinfo=UTC)
ALL = Filter()
NORTH, SOUTH = Scope(frozenset({1})), Scope(frozenset({2}))
INDEX = "wazuh-alerts-4.x-2026.11.21"


def settle(database: Database) -> None:
    """Two tenants, three connections: 1 and 2 are North's, 3 is South's."""
    with database.write() as session:
        for key, name in ((1, "North"), (2, "South")):
            session.add(
                Tenant(
                    key=key, id=f"tenant-{key}", name=name, name_folded=name.lower(), created_ms=to_ms(NOW)
                )
            )
        session.flush()
        for key, tenant in ((1, 1), (2, 1), (3, 2)):
            session.add(
                Connection(
                    key=key,
                    id=f"connection-{key}",
                    tenant_key=tenant,
                    kind="wazuh",
                    name=f"Source {key}",
                    name_folded=f"source {key}",
                    urls=["https://192.0.2.1:9200"],
                    created_ms=to_ms(NOW),
                    changed_ms=to_ms(NOW),
                )
            )


def document(
    number: int = 1,
    *,
    at: datetime | None = NOW,
    level: int | None = 5,
    rule: str | None = "5710",
    title: str = "sshd: Attempt to login using a non-existent user",
    device: str | None = "web-01",
    user: str | None = "root",
    addresses: Sequence[str] = ("203.0.113.7",),
    groups: Sequence[str] = ("sshd", "authentication_failed"),
    mitre: Mitre | None = None,
    text: str = "",
    word: str | None = None,
    identity: str | None = None,
    unreadable: str | None = None,
    index: str = INDEX,
    doc_id: str | None = None,
    content: Mapping[str, object] | None = None,
    raw: bytes | None = None,
) -> Incoming:
    """A document, `number` telling it from others; `identity` is any text two re-sent ones share."""
    found = tuple(ip_address(address) for address in addresses)
    body = raw or json.dumps({"number": number, "rule": {"id": rule}, **(content or {})}).encode()
    return Incoming(
        index=index,
        doc_id=doc_id or f"doc-{number}",
        raw=body,
        fields=Fields(
            time_ms=None if at is None else to_ms(at),
            title=title,
            rule=rule,
            level=level,
            severity_word=word,
            device=device,
            source_address=found[0] if found else None,
            addresses=found,
            user=user,
            groups=tuple(groups),
            mitre=mitre or Mitre(),
            identity=None if identity is None else blake2b(identity.encode(), digest_size=16).digest(),
            text=text,
            unreadable=unreadable,
        ),
    )


def batch(documents: Sequence[Incoming], *, connection: int = 1, text_index: bool = True) -> Batch:
    return Batch(
        tenant_key=2 if connection == 3 else 1,
        connection_key=connection,
        connection_id=f"connection-{connection}",
        documents=documents,
        text_index=text_index,
    )


def put(
    database: Database,
    *documents: Incoming,
    connection: int = 1,
    now: datetime = NOW,
    text_index: bool = True,
) -> Stored:
    """Store a page in a transaction of its own."""
    with database.ingest() as session:
        return store(session, batch(documents, connection=connection, text_index=text_index), now=now)


def ago(**parts: float) -> datetime:
    return NOW - timedelta(**parts)


def text_of(raw: bytes, version: int) -> str:
    """The text function of these documents: what `document(text=…, content={"text": …})` was given."""
    assert version == 1
    return str(json.loads(raw).get("text", ""))


def total(session: Session, table: str) -> int:
    return int(session.execute(sql(f"SELECT count(*) FROM {table}")).scalar_one())
