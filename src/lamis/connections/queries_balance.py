"""What the windows of many sources say together, and which window holds a moment."""

from dataclasses import dataclass

from sqlalchemy import Select, bindparam, case, func, select
from sqlalchemy.orm import Session

from lamis.base.scope import Scope
from lamis.connections.models import Connection, Window
from lamis.connections.types import HIGHEST, WindowState
from lamis.connections.windows import DATED, UNDATED
from lamis.storage.within import Scoped, within


@dataclass(frozen=True, slots=True)
class Balance:
    """Documents there and here (or refused) over active sources; `waiting` windows were never counted."""

    there: int
    here: int
    missing: int
    windows: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Held:
    """The window that holds a moment, for the proof on an alert."""

    from_ms: int
    to_ms: int
    there: int | None
    here: int
    refused: int
    read_ms: int | None
    checked_ms: int | None
    is_undated: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """Documents seen stored or refused in the windows of a source that begin at `from_ms` or later."""

    from_ms: int
    number: int


def _made_balance() -> Select[int, int, int, int, int]:
    short = Window.there - Window.here - Window.refused
    is_waiting = (Window.state == WindowState.DUE.value) & (Window.checks == 0)
    return (
        select(
            func.coalesce(func.sum(Window.there), 0),
            func.coalesce(func.sum(Window.here + Window.refused), 0),
            func.coalesce(func.sum(case((short > 0, short), else_=0)), 0),
            func.count(),
            func.coalesce(func.sum(case((is_waiting, 1), else_=0)), 0),
        )
        .join(Connection, Connection.key == Window.connection_key)
        .where(
            Connection.is_active,
            Connection.removed_ms.is_(None),
            Window.state != WindowState.NOT_ASKED.value,
            Window.to_ms > bindparam("since_ms"),
        )
    )


# The overview asks for it each time; making the statement costs more than running it.
_BALANCE = Scoped(_made_balance(), Connection.tenant_key)


def balance(session: Session, scope: Scope, *, since_ms: int) -> Balance:
    """The sum over the windows of active sources in scope that reach beyond `since_ms`."""
    found = session.execute(*_BALANCE.of(scope, since_ms=since_ms)).one()
    return Balance(*(int(value) for value in found))


def window_holding(session: Session, scope: Scope, connection_id: str, *, time_ms: int | None) -> Held | None:
    """The window of a source that holds `time_ms`, or of the documents without a time."""
    query = (
        select(Window)
        .join(Connection, Connection.key == Window.connection_key)
        .where(Connection.id == connection_id)
    )
    query = query.where(within(scope, Connection.tenant_key))
    if time_ms is None:
        query = query.where(Window.kind == UNDATED)
    else:
        query = query.where(Window.kind == DATED, Window.from_ms <= time_ms, Window.to_ms > time_ms)
    row = session.scalars(query.limit(1)).first()
    if row is None:
        return None
    return Held(
        from_ms=row.from_ms,
        to_ms=row.to_ms,
        there=row.there,
        here=row.here,
        refused=row.refused,
        read_ms=row.read_ms,
        checked_ms=row.checked_ms,
        is_undated=row.kind == UNDATED,
    )


def kept_since(session: Session, scope: Scope, connection_id: str, *, since_ms: int) -> Kept:
    """The sum over the asked windows of a source that begin at `since_ms` or later, but the undated one."""
    query = (
        select(func.min(Window.from_ms), func.coalesce(func.sum(Window.here + Window.refused), 0))
        .join(Connection, Connection.key == Window.connection_key)
        .where(
            Connection.id == connection_id,
            Window.kind == DATED,
            Window.state != WindowState.NOT_ASKED.value,
            Window.from_ms >= since_ms,
        )
    )
    from_ms, number = session.execute(query.where(within(scope, Connection.tenant_key))).one()
    return Kept(HIGHEST if from_ms is None else from_ms, int(number))
