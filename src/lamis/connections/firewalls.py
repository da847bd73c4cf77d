"""What is learned of a firewall: that it answered or failed, its own addresses, how its list compares."""

from datetime import datetime

from sqlalchemy import Update, func, update
from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.connections import rules_firewall
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
        connection.last_try_ms = connection.last_good_ms = part.tested_ms = to_ms(now)
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
    """Record that a firewall answered, or failed with that code and sentence: for jobs that block or compare.

    What only a test can disprove, such as a missing rule, stays until one passes. `changed_ms` is that of the
    row they read: what was learned with settings that were edited since is not kept.
    """
    query = _standing(connection_key, changed_ms)
    if code is None:
        query = query.where(
            Connection.error_code.is_(None) | Connection.error_code.not_in([*rules_firewall.UNTIL_TESTED])
        )
    values = _outcome(code, error, now=now)
    session.execute(query.values(**values).execution_options(synchronize_session=False))


def firewall_tested(
    session: Session, connection_key: int, result: TestResult, *, changed_ms: int | None = None, now: datetime
) -> None:
    """Record what a test of a stored firewall found, with its own addresses where they were read."""
    code, error = (None, None) if result.is_ok else (result.code.value, result.message)
    values = _outcome(code, error, now=now)
    query = _standing(connection_key, changed_ms).values(**values)
    kept = session.execute(query.execution_options(synchronize_session=False))
    if not kept.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has it
        return
    _learn(session, connection_key, tested_ms=to_ms(now))
    if result.own_networks is not None:
        _learn(session, connection_key, own_networks=list(result.own_networks), own_read_ms=to_ms(now))


def firewall_compared(
    session: Session, connection_key: int, *, entries: int, drift: int, now: datetime
) -> None:
    """Record what a comparison of its list with what is wanted found, before it was repaired."""
    _learn(session, connection_key, entries=entries, drift=drift, compared_ms=to_ms(now))


def _standing(connection_key: int, changed_ms: int | None) -> Update:
    query = update(Connection).where(Connection.key == connection_key, Connection.removed_ms.is_(None))
    return query if changed_ms is None else query.where(Connection.changed_ms == changed_ms)


def _outcome(code: str | None, error: str | None, *, now: datetime) -> dict[str, object]:
    at = to_ms(now)
    values: dict[str, object] = {"last_try_ms": at, "error_code": code, "error_text": error}
    if code is None:
        return values | {"last_good_ms": at, "failures": 0, "failing_since_ms": None}
    since = func.coalesce(Connection.failing_since_ms, at)
    return values | {"failures": Connection.failures + 1, "failing_since_ms": since}


def _learn(session: Session, connection_key: int, **values: object) -> None:
    session.execute(
        update(FirewallPart)
        .where(FirewallPart.connection_key == connection_key)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
