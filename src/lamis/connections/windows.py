"""Storing windows: the verbs of the collector on rows of one source, in its claim's transactions."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from lamis.base.clock import span_ms
from lamis.connections.models import Window
from lamis.connections.tiles import Change, Tally, Tile
from lamis.connections.types import WindowState

DATED = "dated"
UNDATED = "undated"


def apply(session: Session, connection_key: int, change: Change) -> None:
    """Forget the windows that are gone and store the new ones."""
    if change.gone:
        session.execute(delete(Window).where(Window.key.in_(change.gone)))
    if change.new:
        session.execute(insert(Window), [_row(connection_key, tile) for tile in change.new])


def _row(connection_key: int, tile: Tile) -> dict[str, object]:
    return {
        "connection_key": connection_key,
        "kind": UNDATED if tile.undated else DATED,
        "from_ms": tile.from_ms,
        "to_ms": tile.to_ms,
        **_values(tile),
    }


def _values(tile: Tile) -> dict[str, object]:
    return {
        "state": tile.state.value,
        "there": tile.there,
        "mark": tile.mark,
        "read_there": tile.read_there,
        "read_mark": tile.read_mark,
        "here": tile.here,
        "refused": tile.refused,
        "unreadable": tile.unreadable,
        "checks": tile.checks,
        "checked_ms": tile.checked_ms,
        "read_ms": tile.read_ms,
        "next_check_ms": tile.next_check_ms,
    }


def save(session: Session, tiles: list[Tile]) -> None:
    """Store what was learned of windows that keep their bounds."""
    if tiles:
        session.execute(update(Window), [{"key": tile.key, **_values(tile)} for tile in tiles])


def raise_counts(session: Session, tallies: Mapping[int, Tally]) -> None:
    """Add what a page brought to the windows (by key), in the commit that stores the page."""
    for key, tally in tallies.items():
        if tally.new or tally.refused:
            session.execute(
                update(Window)
                .where(Window.key == key)
                .values(
                    here=Window.here + tally.new,
                    refused=Window.refused + tally.refused,
                    unreadable=Window.unreadable + tally.unreadable,
                )
            )


def forget_reads(session: Session, connection_key: int) -> None:
    """Have every window that was asked proved anew: what is asked of the source has changed."""
    session.execute(
        update(Window)
        .where(Window.connection_key == connection_key, Window.state != WindowState.NOT_ASKED.value)
        .values(
            state=WindowState.DUE.value,
            there=None,
            mark=None,
            read_there=None,
            read_mark=None,
            here=0,
            refused=0,
            unreadable=0,
            checks=0,
            next_check_ms=0,
        )
    )


def read_again(session: Session, connection_key: int, *, from_ms: int, to_ms: int) -> int:
    """Have the windows that touch [from_ms, to_ms) counted and read again; returns how many."""
    touched = session.execute(
        update(Window)
        .where(
            Window.connection_key == connection_key,
            Window.kind == DATED,
            Window.from_ms < to_ms,
            Window.to_ms > from_ms,
            Window.state != WindowState.NOT_ASKED.value,
        )
        .values(state=WindowState.DUE.value, read_there=None, next_check_ms=0)
    )
    return int(touched.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


def drop_all(session: Session, connection_key: int) -> None:
    session.execute(delete(Window).where(Window.connection_key == connection_key))


def postpone(session: Session, keys: Sequence[int], *, now_ms: int, rest: Callable[[int], timedelta]) -> None:
    """Let counted windows rest whose own reading failed, each as long as `rest` says of its failures."""
    failed = session.execute(
        update(Window)
        .where(Window.key.in_(keys))
        .values(state=WindowState.DUE.value, checks=Window.checks + 1)
        .returning(Window.checks, Window.key)
    )
    for checks, key in failed.all():
        next_ms = now_ms + span_ms(rest(checks - 1))
        session.execute(update(Window).where(Window.key == key).values(next_check_ms=next_ms))


def bring_forward(session: Session, connection_key: int, *, now_ms: int) -> None:
    """Have the windows that rest after a failed reading read now: their source answers well again."""
    session.execute(
        update(Window)
        .where(
            Window.connection_key == connection_key,
            Window.kind == DATED,
            Window.state == WindowState.DUE.value,
            Window.checks > 1,
            Window.next_check_ms > now_ms,
        )
        .values(next_check_ms=now_ms)
    )


def explain(session: Session, key: int, *, is_expired: bool) -> None:
    """Record why a window holds more here than there; nothing when a read has settled it meanwhile."""
    state = WindowState.EXPIRED if is_expired else WindowState.MISSING
    session.execute(
        update(Window)
        .where(
            Window.key == key,
            Window.there < Window.here + Window.refused,
            Window.there == Window.read_there,
        )
        .values(state=state.value)
    )
