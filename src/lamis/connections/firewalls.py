"""What is learned of a firewall: that it answered or failed, its own addresses, how its list compares."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.connections.drafts import ConnectionDraft
from lamis.connections.models import Connection, FirewallPart
from lamis.connections.types import FIREWALL_KINDS, TestResult
from lamis.connections.types_firewall import DEFAULT_ALIAS


def is_firewall(connection: Connection) -> bool:
    return connection.kind in FIREWALL_KINDS


def take(
    session: Session,
    connection: Connection,
    draft: ConnectionDraft,
    *,
    tested: TestResult | None,
    now: datetime,
) -> list[str]:
    """Store what a draft says of a firewall and what its test told; returns the names of what changed."""
    alias = draft.alias or DEFAULT_ALIAS
    part = session.get(FirewallPart, connection.key)
    if part is None:
        part = FirewallPart(connection_key=connection.key, alias=alias, own_networks=[])
        session.add(part)
    changed = []
    if part.alias != alias:
        changed.append("alias")
        part.entries = part.drift = part.compared_ms = None
    if part.may_create != draft.may_create:
        changed.append("may_create")
    part.alias, part.may_create = alias, draft.may_create
    if tested is not None:
        connection.last_try_ms = connection.last_good_ms = to_ms(now)
        if tested.own_networks is not None:
            part.own_networks, part.own_read_ms = list(tested.own_networks), to_ms(now)
    session.flush()
    return changed


def firewall_seen(
    session: Session,
    connection_key: int,
    *,
    code: str | None = None,
    error: str | None = None,
    changed_ms: int | None = None,
    now: datetime,
) -> None:
    """Record that a firewall answered as it should, or failed with that code and sentence.

    Whoever talked to it calls this: the regular check, and jobs that block or compare. `changed_ms` is that
    of the row they read: what was learned with settings that were edited since is not kept.
    """
    at = to_ms(now)
    values: dict[str, object] = {"last_try_ms": at, "error_code": code, "error_text": error}
    if code is None:
        values |= {"last_good_ms": at, "failures": 0, "failing_since_ms": None}
    else:
        values |= {
            "failures": Connection.failures + 1,
            "failing_since_ms": func.coalesce(Connection.failing_since_ms, at),
        }
    query = update(Connection).where(Connection.key == connection_key, Connection.removed_ms.is_(None))
    if changed_ms is not None:
        query = query.where(Connection.changed_ms == changed_ms)
    session.execute(query.values(**values).execution_options(synchronize_session=False))


def firewall_compared(
    session: Session, connection_key: int, *, entries: int, drift: int, now: datetime
) -> None:
    """Record what a comparison of its list with what is wanted found, before it was repaired."""
    _learn(session, connection_key, entries=entries, drift=drift, compared_ms=to_ms(now))


def own_networks_read(
    session: Session, connection_key: int, own_networks: Sequence[str], *, now: datetime
) -> None:
    """Keep a firewall's own addresses and gateways as they were read now."""
    _learn(session, connection_key, own_networks=list(own_networks), own_read_ms=to_ms(now))


def _learn(session: Session, connection_key: int, **values: object) -> None:
    session.execute(
        update(FirewallPart)
        .where(FirewallPart.connection_key == connection_key)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
