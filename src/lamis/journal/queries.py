"""Reading the journal: how far each stream is."""

from collections.abc import Collection

from sqlalchemy import and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from lamis.base.scope import Scope
from lamis.journal.models import JournalCounter, JournalEntry
from lamis.journal.types import Position, tenant_of, tenant_stream
from lamis.storage.engine import once


def heads(session: Session, scope: Scope) -> dict[int, int]:
    """The last number of each tenant's stream in scope, by the tenant's key; empty streams are left out."""
    return dict(once(session, ("heads", scope), lambda: _heads(session, scope)))


def _heads(session: Session, scope: Scope) -> dict[int, int]:
    if scope.tenant_keys is None:
        rows = session.execute(_HEADS)
    else:
        rows = session.execute(_HEADS_OF, {"streams": [tenant_stream(key) for key in scope.tenant_keys]})
    found = ((tenant_of(stream), last) for stream, last in rows)
    return {key: last for key, last in found if key is not None}


# Every live page asks; making the statement costs more than running it.
_HEADS = select(JournalCounter.stream, JournalCounter.last)
_HEADS_OF = _HEADS.where(JournalCounter.stream.in_(bindparam("streams", expanding=True)))


def is_whole(session: Session, scope: Scope, since: Position, ends: Position) -> bool:
    """Whether everything between two positions is still known.

    It is not where entries were pruned, or where `since` lies ahead: then the store is an older one.
    """
    for key, number in since.items():
        if not scope.holds(key):
            continue
        last = ends.get(key, 0)
        if number > last:
            return False
        if number < last and not session.scalar(
            select(
                exists().where(JournalEntry.stream == tenant_stream(key), JournalEntry.number == number + 1)
            )
        ):
            return False
    return True


def entries(
    session: Session,
    scope: Scope,
    tenant_key: int,
    *,
    after: int,
    until: int,
    kinds: Collection[str],
    limit: int,
) -> list[JournalEntry]:
    """A tenant's entries of those kinds with `after` < number ≤ `until`, oldest first, at most `limit`."""
    if not scope.holds(tenant_key):
        return []
    query = select(JournalEntry).where(
        JournalEntry.stream == tenant_stream(tenant_key),
        JournalEntry.number > after,
        JournalEntry.number <= until,
        JournalEntry.kind.in_(kinds),
    )
    return list(session.scalars(query.order_by(JournalEntry.number).limit(limit)))


def between(
    session: Session,
    scope: Scope,
    since: Position,
    ends: Position,
    *,
    kinds: Collection[str],
    limit: int,
) -> list[JournalEntry]:
    """At most `limit` entries of those kinds between two positions, of the tenants that `since` names."""
    spans = [
        and_(
            JournalEntry.stream == tenant_stream(key),
            JournalEntry.number > number,
            JournalEntry.number <= ends.get(key, 0),
        )
        for key, number in sorted(since.items())
        if scope.holds(key)
    ]
    if not spans:
        return []
    query = select(JournalEntry).where(or_(*spans), JournalEntry.kind.in_(kinds))
    return list(session.scalars(query.order_by(JournalEntry.stream, JournalEntry.number).limit(limit)))


def oldest_ms(session: Session, scope: Scope, kind: str) -> int | None:
    """When the first entry of that kind was written that is still known; None where there is none."""
    query = select(JournalEntry.at_ms).where(JournalEntry.kind == kind)
    if scope.tenant_keys is not None:
        query = query.where(JournalEntry.stream.in_([tenant_stream(key) for key in scope.tenant_keys]))
    return session.scalar(query.order_by(JournalEntry.at_ms).limit(1))
