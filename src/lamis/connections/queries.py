"""Reading connections: rows for screens, API and command line, and the status of the whole."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.base.errors import NotFound
from lamis.base.names import looked_up
from lamis.base.scope import Scope
from lamis.connections.ledger import Ledger, Line, fold
from lamis.connections.models import Connection, Window
from lamis.connections.rules import Facts, health_of, status_of
from lamis.connections.types import (
    FIREWALL_KINDS,
    LOWEST,
    SOURCE_KINDS,
    ConnectionKind,
    Source,
    SourceState,
    SystemStatus,
    WindowState,
)
from lamis.connections.windows import DATED
from lamis.storage.state import state
from lamis.storage.within import Scoped, within
from lamis.tenants.models import Tenant

_Row = tuple[Any, ...]
_ALL_KINDS = tuple(ConnectionKind)
DISK_STATE = "disk_guard"  # the installation state that /readyz shows too
# What pages ask for each time is made once: making a statement costs more than running it.
_IS_SOURCE = or_(*(Connection.kind == kind for kind in SOURCE_KINDS))
_BY_NAME = (Connection.name_folded, Connection.key)
# Of the tables themselves: mapped columns are prepared again at each run, which costs more than these rows.
_OF, _TENANT = Connection.__table__.c, Tenant.__table__.c
_FACTS = (
    _OF.is_active,
    _OF.removed_ms,
    _OF.is_identity_in_doubt,
    _OF.error_code,
    _OF.error_text,
    _OF.failures,
    _OF.failing_since_ms,
    _OF.last_good_ms,
    _OF.last_try_ms,
    _OF.poll_s,
    _OF.health,
)
_ROWS: Select[*_Row] = (
    select(
        *_FACTS,
        _OF.key,
        _OF.id,
        _OF.name,
        _OF.tenant_key,
        _OF.kind,
        _OF.urls,
        _OF.username,
        _OF.index_pattern,
        _OF.generation,
        _OF.dashboard_url,
        _OF.level_floor,
        _OF.backfill,
        _OF.trust_mode,
        _OF.fingerprint,
        _OF.newest_ms,
        _OF.lag_ms,
        _OF.created_ms,
        _TENANT.id.label("tenant_id"),
        _TENANT.name.label("tenant_name"),
    )
    .join(Tenant, Tenant.key == Connection.tenant_key)
    .where(_IS_SOURCE)
    .order_by(*_BY_NAME)
)
_WITH_REMOVED = Scoped(_ROWS, Connection.tenant_key)
_STANDING = Scoped(_ROWS.where(Connection.removed_ms.is_(None)), Connection.tenant_key)
_NAMES = Scoped(
    select(Connection.id, Connection.name, Connection.is_active, Connection.removed_ms)
    .where(_IS_SOURCE)
    .order_by(*_BY_NAME),
    Connection.tenant_key,
)
_ACTIVE: Scoped[*_Row] = Scoped(
    select(*_FACTS).where(_IS_SOURCE, Connection.removed_ms.is_(None), Connection.is_active),
    Connection.tenant_key,
)


def connection_by_id(session: Session, scope: Scope, connection_id: str) -> Connection:
    """The row of a connection of any kind in scope that was not removed. Raises NotFound."""
    return _one(session, scope, connection_id, kinds=_ALL_KINDS, what="connection")


def source_row(session: Session, scope: Scope, connection_id: str) -> Connection:
    """The row of a source in scope that was not removed. Raises NotFound, also for a firewall."""
    return _one(session, scope, connection_id, kinds=SOURCE_KINDS, what="source")


def firewall_row(session: Session, scope: Scope, connection_id: str) -> Connection:
    """The row of a firewall in scope that was not removed. Raises NotFound, also for a source."""
    return _one(session, scope, connection_id, kinds=FIREWALL_KINDS, what="firewall")


def connections_of(session: Session, scope: Scope, tenant_key: int) -> list[Connection]:
    """The connections of one tenant, of any kind, that were not removed."""
    query = _standing(scope, _ALL_KINDS).where(Connection.tenant_key == tenant_key)
    return list(session.scalars(query.order_by(Connection.key)))


def connection_named(session: Session, scope: Scope, name: str) -> Connection:
    """The one connection of any kind in scope with that name or id, for the command line.

    Raises NotFound, also when several tenants have one of that name: then use the id.
    """
    is_it = (Connection.id == name) | (Connection.name_folded.in_(looked_up(name)))
    found = session.scalars(_standing(scope, _ALL_KINDS).where(is_it).order_by(Connection.key)).all()
    if len(found) == 1:
        return found[0]
    if found:
        raise NotFound(f"Several tenants have a connection called “{name}”; use its id.")
    raise NotFound(f"There is no source or firewall called “{name}”.")


def refreshable(session: Session, scope: Scope, connection_id: str | None) -> list[Connection]:
    """The active sources in scope, or the one asked for. Raises NotFound for a foreign one."""
    if connection_id is not None:
        return [source_row(session, scope, connection_id)]
    query = _standing(scope, SOURCE_KINDS).where(Connection.is_active)
    return list(session.scalars(query.order_by(Connection.key)))


def active_connections(session: Session, scope: Scope) -> list[Connection]:
    """The active connections of any kind in scope, sources first, by name."""
    query = _standing(scope, _ALL_KINDS).where(Connection.is_active)
    is_firewall = case((Connection.kind.in_(FIREWALL_KINDS), 1), else_=0)
    return list(session.scalars(query.order_by(is_firewall, Connection.name_folded, Connection.key)))


def is_refreshed(session: Session, scope: Scope, connection_id: str | None = None) -> bool:
    """Whether each Refresh asked of the active sources in scope was answered by a poll, good or failed."""
    query = _standing(scope, SOURCE_KINDS).where(
        Connection.is_active,
        ~Connection.is_identity_in_doubt,
        Connection.refresh_done < Connection.refresh_asked,
    )
    if connection_id is not None:
        query = query.where(Connection.id == connection_id)
    return session.scalars(query.limit(1)).first() is None


def sources(session: Session, scope: Scope, *, now: datetime, with_removed: bool = False) -> list[Source]:
    """Every source in scope with its health, by name; removed ones only when asked for."""
    statement = _WITH_REMOVED if with_removed else _STANDING
    return _described(session, session.execute(*statement.of(scope)).all(), now=now)


def source_names(session: Session, scope: Scope) -> list[tuple[str, str, SourceState]]:
    """Id, name and state of every source in scope, removed ones included, by name; cheaper than `sources`."""
    return [
        (id_, name, _state(is_active=is_active, removed_ms=removed_ms))
        for id_, name, is_active, removed_ms in session.execute(*_NAMES.of(scope))
    ]


def source_by_id(session: Session, scope: Scope, connection_id: str, *, now: datetime) -> Source:
    """One source in scope with its health. Raises NotFound."""
    query = _ROWS.where(
        Connection.id == connection_id,
        Connection.removed_ms.is_(None),
        within(scope, Connection.tenant_key),
    )
    found = _described(session, session.execute(query).all(), now=now)
    if not found:
        raise NotFound("There is no such source.")
    return found[0]


def system_status(session: Session, scope: Scope, *, now: datetime) -> SystemStatus:
    """Protected, error (which and why) or none, over the sources in scope."""
    return status_of(sources(session, scope, now=now), resting=resting(session))


def troubled_count(session: Session, scope: Scope, *, now: datetime) -> int:
    """How many active sources in scope are not well; cheaper than their whole status."""
    rests = resting(session)
    found = session.execute(*_ACTIVE.of(scope))
    return sum(not health_of(_facts(row, rests), now_ms=to_ms(now)).is_good for row in found)


def resting(session: Session) -> str | None:
    """The sentence why all collecting rests (the disk guard), or None. Of the installation, not a tenant."""
    return state(session, DISK_STATE)


def ledger(
    session: Session, scope: Scope, connection_id: str, *, hours: int | None = None, now: datetime
) -> Ledger:
    """The completeness ledger of a source by hours, newest first; `hours` limits how far back.

    Totals are always those of all windows. Raises NotFound.
    """
    connection = source_row(session, scope, connection_id)
    windows = session.execute(
        select(
            Window.kind,
            Window.from_ms,
            Window.to_ms,
            Window.state,
            Window.there,
            Window.here,
            Window.refused,
            Window.unreadable,
            Window.checked_ms,
        )
        .where(Window.connection_key == connection.key)
        .order_by(Window.kind, Window.from_ms)
    )
    lines = [
        Line(
            from_ms=row.from_ms,
            to_ms=row.to_ms,
            state=WindowState(row.state),
            there=row.there,
            here=row.here,
            refused=row.refused,
            unreadable=row.unreadable,
            checked_ms=row.checked_ms,
            undated=row.kind != DATED,
        )
        for row in windows
    ]
    return fold(lines, lag_ms=connection.lag_ms, now_ms=to_ms(now), hours=hours)


def _one(
    session: Session, scope: Scope, connection_id: str, *, kinds: Collection[ConnectionKind], what: str
) -> Connection:
    row = session.scalars(_standing(scope, kinds).where(Connection.id == connection_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no such {what}.")
    return row


def _standing(scope: Scope, kinds: Collection[ConnectionKind]) -> Select[Connection]:
    query = select(Connection).where(Connection.removed_ms.is_(None), Connection.kind.in_(list(kinds)))
    return query.where(within(scope, Connection.tenant_key))


def _described(session: Session, found: Sequence[Row[*_Row]], *, now: datetime) -> list[Source]:
    balances = _balances(session, [row.key for row in found])
    rests = resting(session)
    return [_source(row, *balances.get(row.key, (0, 0, 0)), rests=rests, now=now) for row in found]


def _made_balances() -> Select[int, int, int, int]:
    short = Window.there - Window.here - Window.refused
    gone = Window.here + Window.refused - Window.there
    is_due = Window.state == WindowState.DUE.value
    return (
        select(
            Window.connection_key,
            func.sum(case((short > 0, short), else_=0)),
            func.sum(case((is_due & (Window.checks == 0) & (Window.from_ms != LOWEST), 1), else_=0)),
            func.sum(case(((Window.state == WindowState.EXPIRED.value) & (gone > 0), gone), else_=0)),
        )
        .where(Window.connection_key.in_(bindparam("keys", expanding=True)))
        .group_by(Window.connection_key)
    )


_BALANCES = _made_balances()  # every page of sources asks; making the statement costs more than running it


def _balances(session: Session, keys: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    """Per source: documents missing, windows still due, documents expired there."""
    return {
        key: (int(missing or 0), int(due or 0), int(expired or 0))
        for key, missing, due, expired in session.execute(_BALANCES, {"keys": list(keys)})
    }


def _source(
    row: Row[*_Row],
    missing: int,
    waiting: int,
    expired: int,
    *,
    rests: str | None,
    now: datetime,
) -> Source:
    facts = _facts(row, rests)
    return Source(
        key=row.key, id=row.id, name=row.name, tenant_key=row.tenant_key, tenant_id=row.tenant_id,
        tenant_name=row.tenant_name, kind=row.kind, urls=tuple(row.urls), username=row.username,
        index_pattern=row.index_pattern, generation=row.generation, dashboard_url=row.dashboard_url,
        poll_s=row.poll_s, level_floor=row.level_floor, backfill=row.backfill, trust_mode=row.trust_mode,
        fingerprint=row.fingerprint, state=facts.state, health=health_of(facts, now_ms=to_ms(now)),
        last_try_ms=row.last_try_ms, last_good_ms=row.last_good_ms, newest_ms=row.newest_ms,
        lag_ms=row.lag_ms,
        failures=row.failures, error_code=row.error_code, error_text=row.error_text,
        missing=missing, windows_waiting=waiting, expired=expired, created_ms=row.created_ms,
    )  # fmt: skip


def _facts(row: Row[*_Row], rests: str | None) -> Facts:
    return Facts(
        state=_state(is_active=row.is_active, removed_ms=row.removed_ms),
        is_identity_in_doubt=row.is_identity_in_doubt,
        error_code=row.error_code,
        error_text=row.error_text,
        failures=row.failures,
        failing_since_ms=row.failing_since_ms,
        last_good_ms=row.last_good_ms,
        last_try_ms=row.last_try_ms,
        poll_s=row.poll_s,
        resting=rests,
        silent_since_ms=row.health.get("silent_since_ms"),
        window_error=row.health.get("window_error"),
    )


def _state(*, is_active: bool, removed_ms: int | None) -> SourceState:
    if removed_ms is not None:
        return SourceState.REMOVED
    return SourceState.ACTIVE if is_active else SourceState.PAUSED
