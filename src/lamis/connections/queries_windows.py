"""Reading what the collector works on: the next due source, and the windows of one source."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from lamis.base.scope import Scope
from lamis.connections.models import Connection, Window
from lamis.connections.rules import CLAIM_MS
from lamis.connections.tiles import Tile
from lamis.connections.types import HIGHEST, SOURCE_KINDS, WindowState
from lamis.connections.windows import DATED, UNDATED
from lamis.storage.due import has_come, latest_ms
from lamis.storage.within import within


def due_connection(session: Session, scope: Scope, *, now_ms: int, healthy_only: bool) -> Connection | None:
    """The source that has been due for longest and that nobody holds, healthy ones first.

    One that was tried in what is now the future is due: the clock went back since.
    """
    query = select(Connection).where(
        Connection.kind.in_(SOURCE_KINDS),
        Connection.is_active,
        Connection.removed_ms.is_(None),
        ~Connection.is_identity_in_doubt,
        (Connection.due_ms <= now_ms) | (Connection.last_try_ms > latest_ms(now_ms)),
        is_free(now_ms),
    )
    if healthy_only:
        query = query.where(Connection.failures == 0)
    query = query.where(within(scope, Connection.tenant_key))
    query = query.order_by(Connection.failures > 0, Connection.due_ms).limit(1)
    return session.scalars(query.execution_options(populate_existing=True)).first()


def is_free(now_ms: int) -> ColumnElement[bool]:
    """Whether nobody holds a source."""
    return has_come(Connection.claimed_until_ms, now_ms=now_ms, longest_ms=CLAIM_MS)


def active_connections(session: Session, scope: Scope) -> list[Connection]:
    """The sources that are collected, for the chores that look after them."""
    query = select(Connection).where(
        Connection.kind.in_(SOURCE_KINDS), Connection.is_active, Connection.removed_ms.is_(None)
    )
    query = query.where(within(scope, Connection.tenant_key))
    return list(session.scalars(query.order_by(Connection.key)))


def future_and_recent(session: Session, scope: Scope, connection_key: int, *, since_ms: int) -> list[Tile]:
    """The dated windows that begin at `since_ms` or later, by time; the future is always the last."""
    query = _of(scope, connection_key).where(
        Window.kind == DATED, (Window.from_ms >= since_ms) | (Window.to_ms == HIGHEST)
    )
    return _tiles(session, query.order_by(Window.from_ms))


def undated_window(session: Session, scope: Scope, connection_key: int) -> list[Tile]:
    return _tiles(session, _of(scope, connection_key).where(Window.kind == UNDATED))


def due_windows(
    session: Session, scope: Scope, connection_key: int, *, now_ms: int, limit: int
) -> list[Tile]:
    """The windows that are to be counted by `now_ms`, newest first; also those counted in the future."""
    query = _of(scope, connection_key).where(
        Window.kind == DATED,
        (Window.next_check_ms <= now_ms) | (Window.checked_ms > latest_ms(now_ms)),
        Window.state != WindowState.NOT_ASKED.value,
    )
    return _tiles(session, query.order_by(Window.from_ms.desc()).limit(limit))


def windows_by_key(session: Session, scope: Scope, connection_key: int, keys: Sequence[int]) -> list[Tile]:
    """Those of `keys` that still exist, as they stand now."""
    return _tiles(session, _of(scope, connection_key).where(Window.key.in_(keys)))


def standing(session: Session, scope: Scope, connection_key: int, keys: Sequence[int]) -> set[int]:
    """Those of `keys` that still exist, held so until the transaction ends: retention forgets old ones."""
    query = _of(scope, connection_key).where(Window.key.in_(keys)).with_only_columns(Window.key)
    return set(session.execute(query.order_by(Window.key).with_for_update(of=Window)).scalars())


def oldest_window(session: Session, scope: Scope, connection_key: int) -> Tile | None:
    query = _of(scope, connection_key).where(Window.kind == DATED).order_by(Window.from_ms).limit(1)
    return next(iter(_tiles(session, query)), None)


def windows_before(session: Session, scope: Scope, connection_key: int, *, before_ms: int) -> list[Tile]:
    """The dated windows that end by `before_ms`, oldest first."""
    query = _of(scope, connection_key).where(Window.kind == DATED, Window.to_ms <= before_ms)
    return _tiles(session, query.order_by(Window.from_ms))


def next_check_ms(session: Session, scope: Scope, connection_key: int) -> int | None:
    """When the next dated window is due; None when none ever is."""
    query = (
        _of(scope, connection_key)
        .where(Window.kind == DATED, Window.to_ms < HIGHEST, Window.state != WindowState.NOT_ASKED.value)
        .with_only_columns(Window.next_check_ms)
        .order_by(Window.next_check_ms)
        .limit(1)
    )
    return session.execute(query).scalar()


def is_any_postponed(session: Session, scope: Scope, connection_key: int) -> bool:
    """Whether a dated window still waits for a reading after one that failed."""
    query = _postponed(scope, connection_key).with_only_columns(Window.key)
    return session.execute(query.limit(1)).first() is not None


def postponed(session: Session, scope: Scope, connection_key: int) -> int:
    """How many dated windows wait for a reading after one that failed."""
    query = _postponed(scope, connection_key).with_only_columns(func.count(Window.key))
    return session.execute(query).scalar_one()


def _postponed(scope: Scope, connection_key: int) -> Select[Window]:
    return _of(scope, connection_key).where(
        Window.kind == DATED,
        Window.to_ms < HIGHEST,
        Window.state == WindowState.DUE.value,
        Window.checks > 1,
    )


def refreshes_asked(session: Session, scope: Scope, connection_key: int) -> int:
    """How many Refreshes were ever asked of a source; 0 for one that is not in scope."""
    query = select(Connection.refresh_asked).where(Connection.key == connection_key)
    query = query.where(within(scope, Connection.tenant_key))
    return session.scalar(query) or 0


def _of(scope: Scope, connection_key: int) -> Select[Window]:
    query = select(Window).where(Window.connection_key == connection_key)
    if scope.tenant_keys is None:
        return query
    return query.join(Connection, Connection.key == Window.connection_key).where(
        within(scope, Connection.tenant_key)
    )


def _tiles(session: Session, query: Select[Window]) -> list[Tile]:
    columns = query.with_only_columns(*Window.__table__.columns)
    return [
        Tile(
            from_ms=row.from_ms,
            to_ms=row.to_ms,
            state=WindowState(row.state),
            there=row.there,
            mark=row.mark,
            read_there=row.read_there,
            read_mark=row.read_mark,
            here=row.here,
            refused=row.refused,
            unreadable=row.unreadable,
            checks=row.checks,
            checked_ms=row.checked_ms,
            read_ms=row.read_ms,
            next_check_ms=row.next_check_ms,
            undated=row.kind == UNDATED,
            key=row.key,
        )
        for row in session.execute(columns)
    ]
