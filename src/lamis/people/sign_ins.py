"""Sign-ins: counting the tries, starting and ending the sessions of browsers."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lamis.base.clock import from_ms, to_ms
from lamis.base.errors import NotFound, TooSoon
from lamis.base.ids import new_id
from lamis.base.names import folded
from lamis.base.scope import Actor
from lamis.journal.actions import SYSTEM_STREAM, record
from lamis.people import queries, rules
from lamis.people.digests import digest, new_token
from lamis.people.models import FailedSignIn, WebSession
from lamis.people.types import SESSION_AT_MOST, SessionInfo, Try
from lamis.storage.dialects import alone

_TOUCH_EVERY = timedelta(minutes=1)


def begin_try(session: Session, *, name: str, address: str, now: datetime) -> Try:
    """Count a sign-in as failed before it is decided, so that parallel guesses are all counted.

    Then check the password outside the transaction and call `forgive` when it was right.
    Raises TooSoon, counting nothing, while the name or the address has to wait; a name that does not
    exist is treated like any other.
    """
    by_name = "name:" + hashlib.sha256(folded(name).encode()).hexdigest()
    by_address = "address:" + rules.address_group(address)
    alone(session, "sign-ins")
    _forget_old_tries(session, now=now)
    counted = queries.failed_tries(session, (by_name, by_address))
    limits = (
        (by_name, rules.TRIES_FREE_BY_NAME),
        (by_address, rules.TRIES_FREE_BY_ADDRESS),
    )
    waits = [
        from_ms(row.last_ms) + rules.wait_after(row.failures, free=free, longest=rules.LONGEST_WAIT) - now
        for subject, free in limits
        if (row := counted.get(subject))
    ]
    if (longest_wait := max(waits, default=timedelta())) > timedelta():
        seconds = -(-longest_wait // timedelta(seconds=1))
        raise TooSoon(
            f"Too many tries; wait {seconds} s and try again.", retry_after=timedelta(seconds=seconds)
        )
    for subject in (by_name, by_address):
        if row := counted.get(subject):
            row.failures, row.last_ms = row.failures + 1, to_ms(now)
        else:
            session.add(FailedSignIn(subject=subject, failures=1, last_ms=to_ms(now)))
    person = queries.person_named(session, name)
    return Try(
        subjects=(by_name, by_address),
        person_id=person.id if person else None,
        password_hash=person.password_hash if person else None,
    )


def forgive(session: Session, attempt: Try) -> None:
    """The password was right: forget what the name counted, and this one try of the address."""
    by_name, by_address = attempt.subjects
    counted = queries.failed_tries(session, (by_name, by_address))
    if row := counted.get(by_name):
        session.delete(row)
    if row := counted.get(by_address):
        row.failures = max(row.failures - 1, 0)


def start_session(
    session: Session, person_id: str, *, address: str, agent: str, hours: int, now: datetime
) -> str:
    """Start a browser's session that ends after `hours` without use; returns the cookie's token."""
    token = new_token()
    session.execute(delete(WebSession).where(WebSession.expires_ms <= to_ms(now)))
    session.add(
        WebSession(
            digest=digest(token),
            id=new_id(),
            person_id=person_id,
            csrf=new_token(),
            created_ms=to_ms(now),
            seen_ms=to_ms(now),
            expires_ms=to_ms(now + timedelta(hours=hours)),
            address=address[:64],
            agent=agent[:200],
        )
    )
    session.flush()
    record(
        session, SYSTEM_STREAM, kind="signed in", actor=person_id, subject={"address": address[:64]}, now=now
    )
    return token


def is_stale(info: SessionInfo, *, now: datetime) -> bool:
    """Whether the session's last use is old enough to be written again."""
    return now - info.seen_at >= _TOUCH_EVERY


def touch_session(session: Session, token: str, *, address: str, hours: int, now: datetime) -> None:
    """Note that the session is used now, which puts its end off (at most to 30 days after its start)."""
    if row := queries.live_session(session, digest(token), now=now):
        row.seen_ms = to_ms(now)
        row.address = address[:64]
        last = from_ms(row.created_ms) + SESSION_AT_MOST
        row.expires_ms = to_ms(min(now + timedelta(hours=hours), last))


def switch_tenant(session: Session, token: str, *, tenant_key: int | None, now: datetime) -> None:
    """Keep in the session which tenant its pages are narrowed to; None shows all."""
    row = queries.live_session(session, digest(token), now=now)
    if row is None:
        raise NotFound("This sign-in has ended.")
    row.tenant_key = tenant_key


def end_session(session: Session, token: str, *, now: datetime) -> None:
    """Sign a browser out; nothing happens for a session that ended already."""
    if row := session.get(WebSession, digest(token)):
        person_id = row.person_id
        session.delete(row)
        session.flush()
        record(session, SYSTEM_STREAM, kind="signed out", actor=person_id, subject={}, now=now)


def revoke_session(session: Session, actor: Actor, session_id: str, *, now: datetime) -> None:
    """End one of the actor's own sessions. Raises NotFound for anybody else's."""
    row = queries.own_session(session, actor.person_id, session_id)
    session.delete(row)
    session.flush()
    record(
        session,
        SYSTEM_STREAM,
        kind="session revoked",
        actor=actor.person_id,
        subject={"session": session_id},
        now=now,
    )


def revoke_others(session: Session, actor: Actor, *, keep: str, now: datetime) -> None:
    """End every session of the actor but the one with the id `keep`."""
    end_sessions(session, actor.person_id, keep=keep)
    record(session, SYSTEM_STREAM, kind="sessions revoked", actor=actor.person_id, subject={}, now=now)


def end_sessions(session: Session, person_id: str, *, keep: str | None = None) -> None:
    """End every session of a person but the one with the id `keep`."""
    ended = delete(WebSession).where(WebSession.person_id == person_id)
    session.execute(ended if keep is None else ended.where(WebSession.id != keep))


def _forget_old_tries(session: Session, *, now: datetime) -> None:
    """Those of long ago, and those of a clock that went back since: they would make everybody wait for it."""
    old, ahead = to_ms(now - rules.TRIES_FORGOTTEN_AFTER), to_ms(now + rules.LONGEST_WAIT)
    last_ms = FailedSignIn.last_ms
    session.execute(delete(FailedSignIn).where((last_ms < old) | (last_ms > ahead)))
