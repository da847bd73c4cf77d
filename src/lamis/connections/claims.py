"""Collecting one source is one claimed job: take it, hold it while working, record how it ended.

The fence moves with every claim and `changed_ms` with every edit; what a worker records is refused
when either moved, so that no outcome of an old claim, or of old settings, is ever stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, update
from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.base.errors import Conflict
from lamis.base.scope import EVERYTHING
from lamis.connections import queries_windows
from lamis.connections.models import Connection
from lamis.connections.rules import CLAIM_MS
from lamis.connections.types import SOURCE_KINDS


class ClaimLost(Conflict):
    """Another worker holds the source now, or it was edited; what was not recorded is done again."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A source as it was when it was claimed; the row is read only."""

    connection: Connection
    fence: int

    @property
    def key(self) -> int:
        return self.connection.key

    @property
    def is_forced(self) -> bool:
        """Whether it is polled whatever its interval: new, edited, just started, or a Refresh was asked."""
        return self.connection.due_ms == 0 or self.connection.refresh_asked > self.connection.refresh_done


def claim_next(session: Session, *, now: datetime, healthy_only: bool = False) -> Claim | None:
    """Take the source that has been due for longest, healthy ones first; None when none is due.

    Where another worker was faster it is the next one.
    """
    now_ms = to_ms(now)
    while row := queries_windows.due_connection(
        session, EVERYTHING, now_ms=now_ms, healthy_only=healthy_only
    ):
        taken = session.execute(
            update(Connection)
            .where(Connection.key == row.key, Connection.fence == row.fence, queries_windows.is_free(now_ms))
            .values(fence=row.fence + 1, claimed_until_ms=now_ms + CLAIM_MS)
            .execution_options(synchronize_session=False)
        )
        if taken.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has it
            session.expunge(row)
            return Claim(row, row.fence + 1)
    return None


def hold(session: Session, claim: Claim, *, now: datetime) -> None:
    """Keep the claim for another `CLAIM_MS`. First in each transaction of a slice. Raises ClaimLost."""
    _update(session, claim, {"claimed_until_ms": to_ms(now) + CLAIM_MS})


def renew(session: Session, claim: Claim, *, now: datetime) -> bool:
    """Keep the claim while a long call to the source is under way; False when it was lost."""
    try:
        hold(session, claim, now=now)
    except ClaimLost:
        return False
    return True


def keep_facts(session: Session, claim: Claim, values: Mapping[str, object]) -> None:
    """Record what was learned of the source while it is held. Raises ClaimLost."""
    _update(session, claim, dict(values))


def let_go(
    session: Session, claim: Claim, *, due_ms: int, values: Mapping[str, object], was_polled: bool
) -> None:
    """Record how the slice ended and when the source is due again. Raises ClaimLost.

    A Refresh asked meanwhile leaves it due at once; one asked before is answered by a poll, good or not.
    """
    asked = claim.connection.refresh_asked
    due: ColumnElement[int] = case((Connection.refresh_asked > asked, 0), else_=due_ms)
    facts: dict[str, object] = {**values, "claimed_until_ms": 0, "due_ms": due}
    if was_polled:
        facts["refresh_done"] = case((Connection.refresh_done < asked, asked), else_=Connection.refresh_done)
    _update(session, claim, facts)


def give_up(session: Session, claim: Claim, values: Mapping[str, object] | None = None) -> None:
    """Let go of a source that was edited meanwhile, or whose work is stopped; it stays due as it is.

    `values` is what holds of the source whatever it was edited to.
    """
    session.execute(
        update(Connection)
        .where(Connection.key == claim.key, Connection.fence == claim.fence)
        .values(**(values or {}), claimed_until_ms=0)
        .execution_options(synchronize_session=False)
    )


def start_over(session: Session) -> None:
    """At the start of the one serving process: nobody holds a source, and all are due at once."""
    session.execute(
        update(Connection)
        .where(Connection.kind.in_(SOURCE_KINDS))
        .values(fence=Connection.fence + 1, claimed_until_ms=0, due_ms=0)
        .execution_options(synchronize_session=False)
    )


def _update(session: Session, claim: Claim, values: dict[str, object]) -> None:
    query = update(Connection).where(
        Connection.key == claim.key,
        Connection.fence == claim.fence,
        Connection.changed_ms == claim.connection.changed_ms,
    )
    changed = session.execute(query.values(**values).execution_options(synchronize_session=False))
    if not changed.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise ClaimLost(f"“{claim.connection.name}” was edited, or is collected by another worker.")
