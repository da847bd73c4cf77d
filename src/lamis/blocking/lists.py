"""The block list of a tenant: its number, its token, its text, and who pulls it."""

import gzip
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.base.errors import NotFound
from lamis.base.scope import EVERYTHING, Actor, Permission, Scope
from lamis.blocking import queries, queries_lists
from lamis.blocking.models import BlockList, BlockListPull, BlockListText
from lamis.journal.actions import record, tenant_stream

# A line that blocks nobody, for consumers that keep their old copy when a list is empty.
INERT = {4: "192.0.2.255", 6: "2001:db8::ffff"}
_SAME_PULL_MS = 60_000
_AGENT_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Served:
    """A list as it is sent."""

    number: int
    etag: str
    changed_ms: int
    lines: int
    body: bytes
    packed: bytes


def changed(session: Session, tenant_key: int, *, now: datetime) -> int:
    """Count a change of what a tenant wants dropped; the new number. The caller holds the tenant's lock."""
    row = queries_lists.list_row(session, EVERYTHING, tenant_key, lock=True)
    if row is None:
        row = BlockList(tenant_key=tenant_key, number=0, changed_ms=to_ms(now))
        session.add(row)
    row.number += 1
    row.changed_ms = to_ms(now)
    session.flush()
    return row.number


def switch_on(session: Session, actor: Actor, tenant_key: int, *, now: datetime) -> str:
    """Give the list a new token and return it; it is shown once. An older token ends at once."""
    row = _own(session, actor, tenant_key, now=now)
    token = secrets.token_urlsafe(24)
    is_new = row.token_digest is None
    row.token_digest = token_digest(token)
    row.made_ms = to_ms(now)
    _journal(session, actor, tenant_key, "block_list.on" if is_new else "block_list.token_changed", now=now)
    return token


def switch_off(session: Session, actor: Actor, tenant_key: int, *, now: datetime) -> None:
    """Nobody may pull the list any more."""
    row = _own(session, actor, tenant_key, now=now)
    row.token_digest = row.made_ms = None
    _journal(session, actor, tenant_key, "block_list.off", now=now)


def set_inert_line(session: Session, actor: Actor, tenant_key: int, *, is_on: bool, now: datetime) -> None:
    """Have an empty list hold one line that blocks nobody, or none."""
    row = _own(session, actor, tenant_key, now=now)
    if row.has_inert_line != is_on:
        row.has_inert_line = is_on
        changed(session, tenant_key, now=now)


def token_digest(token: str) -> str:
    return hashlib.sha256(b"block list:" + token.encode()).hexdigest()


def text_now(session: Session, scope: Scope, tenant_key: int, family: int) -> Served:
    """The list as it is in this session: the kept text where it is that of now, else made anew.

    A change of the other family keeps ETag and time of this one. Making 100,000 lines takes a good part of a
    second: do it while nothing is locked, then `keep_text`.
    """
    head = queries_lists.list_row(session, scope, tenant_key)
    if head is None:
        raise NotFound("There is no such list.")
    row = queries_lists.text_row(session, scope, tenant_key, family)
    if row is not None and row.number == head.number:
        return Served(row.number, row.etag, row.changed_ms, row.lines, row.body, row.packed)
    lines = _lines(session, scope, tenant_key, family, has_inert_line=head.has_inert_line)
    body = "".join(f"{line}\n" for line in lines).encode()
    etag = hashlib.sha256(body).hexdigest()[:32]
    changed_ms = _changed_ms(row, etag, head.changed_ms)
    return Served(head.number, etag, changed_ms, len(lines), body, gzip.compress(body, 6, mtime=0))


def _changed_ms(kept: BlockListText | None, etag: str, changed_ms: int) -> int:
    """Since when the text is as it is, after the `kept` one."""
    if kept is None:
        return changed_ms
    if kept.etag == etag:
        return kept.changed_ms
    # Who asks by time knows whole seconds only: another text is always of a later one.
    return max(changed_ms, (kept.changed_ms // 1000 + 1) * 1000)


def keep_text(session: Session, tenant_key: int, family: int, made: Served) -> None:
    """Keep a text for the next who pulls, unless a newer one is kept already."""
    queries.lock_tenant(session, EVERYTHING, tenant_key)
    row = queries_lists.text_row(session, EVERYTHING, tenant_key, family)
    if row is not None and row.number >= made.number:
        return
    changed_ms = _changed_ms(row, made.etag, made.changed_ms)  # another may have been kept since it was made
    if row is None:
        row = BlockListText(tenant_key=tenant_key, family=family)
        session.add(row)
    row.number, row.changed_ms, row.etag, row.lines = made.number, changed_ms, made.etag, made.lines
    row.body, row.packed = made.body, made.packed


def note_pull(
    session: Session, tenant_key: int, family: int, *, address: str, agent: str, number: int, now: datetime
) -> None:
    """Keep who pulled and which version they hold now."""
    queries.lock_tenant(session, EVERYTHING, tenant_key)
    agent = agent[:_AGENT_LENGTH]
    row = queries_lists.pull_row(session, EVERYTHING, tenant_key, family, address, agent)
    if row is None:
        session.add(
            BlockListPull(
                tenant_key=tenant_key,
                family=family,
                address=address,
                agent=agent,
                number=number,
                pulled_ms=to_ms(now),
            )
        )
        return
    row.number = max(row.number, number)
    row.pulled_ms = to_ms(now)
    row.pulls += 1


def is_pull_news(
    session: Session, scope: Scope, tenant_key: int, family: int, *, address: str, agent: str, number: int,
    now: datetime,
) -> bool:  # fmt: skip
    """Whether a pull is worth a row: a new consumer, a new version, or a minute since the last."""
    row = queries_lists.pull_row(session, scope, tenant_key, family, address, agent[:_AGENT_LENGTH])
    return row is None or row.number != number or to_ms(now) - row.pulled_ms >= _SAME_PULL_MS


def _lines(
    session: Session, scope: Scope, tenant_key: int, family: int, *, has_inert_line: bool
) -> list[str]:
    is_ipv6 = family == 6
    wanted = queries_lists.standing_networks(session, scope, tenant_key)
    found = [network for _, network in wanted if (":" in network) is is_ipv6]
    return found or ([INERT[family]] if has_inert_line else [])


def _own(session: Session, actor: Actor, tenant_key: int, *, now: datetime) -> BlockList:
    actor.require(Permission.MANAGE_CONNECTIONS, tenant_key)
    queries.lock_tenant(session, actor.full_scope, tenant_key)
    row = queries_lists.list_row(session, actor.full_scope, tenant_key, lock=True)
    if row is None:
        changed(session, tenant_key, now=now)
        row = queries_lists.list_row(session, actor.full_scope, tenant_key)
        assert row is not None
    return row


def _journal(session: Session, actor: Actor, tenant_key: int, kind: str, *, now: datetime) -> None:
    record(
        session,
        tenant_stream(tenant_key),
        kind=kind,
        actor=actor.person_id,
        subject={"tenant": tenant_key},
        now=now,
    )
