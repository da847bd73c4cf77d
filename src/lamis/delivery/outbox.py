"""One attempt is one claimed row: take it, send without a transaction, record how it ended.

The attempt's row is written with the claim. A worker that dies in between leaves it under way; whoever takes
the delivery up again marks it as interrupted, and the delivery as one that may have arrived twice.
"""

import random
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from lamis.base.clock import span_ms, to_ms
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.delivery import actions, queries_log, rules
from lamis.delivery.models import Channel, Delivery, DeliveryAttempt
from lamis.delivery.types import (
    AttemptResult,
    ChannelKind,
    ClaimedDelivery,
    DeliveryState,
    Notice,
    Outcome,
    Recorded,
)
from lamis.journal.actions import record as journal
from lamis.journal.actions import tenant_stream


def claim_next(session: Session, *, now: datetime, busy: Collection[int] = ()) -> ClaimedDelivery | None:
    """Take the longest due delivery of a channel that is not `busy` (keys); None where none is due.

    Where another worker was faster it is the next one.
    """
    while found := queries_log.due_delivery(session, EVERYTHING, now_ms=to_ms(now), but_channels=busy):
        if claimed := claim(session, *found, now=now):
            return claimed
    return None


def claim(session: Session, row: Delivery, channel: Channel, *, now: datetime) -> ClaimedDelivery | None:
    """Take this delivery; None where another worker was quicker."""
    now_ms = to_ms(now)
    taken = session.execute(
        update(Delivery)
        .where(Delivery.key == row.key, Delivery.fence == row.fence, queries_log.is_free(now_ms))
        .values(fence=row.fence + 1, tries=row.tries + 1, claimed_until_ms=now_ms + rules.CLAIM_MS)
        .execution_options(synchronize_session=False)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has it
        return None
    left = queries_log.open_attempt(session, EVERYTHING, row.key)
    if left is not None:
        _mark_interrupted(session, row, left)
    attempt = DeliveryAttempt(
        delivery_key=row.key, number=row.tries + 1, started_ms=now_ms, result=AttemptResult.UNDER_WAY.value
    )
    session.add(attempt)
    session.flush()
    return ClaimedDelivery(
        key=row.key,
        fence=row.fence + 1,
        attempt_key=attempt.key,
        channel_key=channel.key,
        tenant_key=row.tenant_key,
        tries=row.tries + 1,
        notice=Notice(row.id, row.kind, row.body),
        kind=ChannelKind(channel.kind),
        settings=channel.settings,
        sealed=channel.sealed,
        started_ms=now_ms,
        rotating_until_ms=channel.rotating_until_ms,
        may_reach_private=channel.may_reach_private,
    )


def record(
    session: Session, claimed: ClaimedDelivery, outcome: Outcome, *, now: datetime, dice: random.Random
) -> Recorded:
    """Record how an attempt ended: done, tried again later, or given up. Lost where the fence moved.

    The channel is locked before its delivery, as whoever switches it off does.
    """
    channel = session.get(Channel, claimed.channel_key, with_for_update=True, populate_existing=True)
    wait = None if claimed.is_test else rules.wait_before(claimed.tries, outcome, dice=dice)
    now_ms = to_ms(now)
    values: dict[str, object] = {"claimed_until_ms": 0, "error": outcome.error}
    if outcome.is_delivered:
        values |= {"state": DeliveryState.DELIVERED.value, "finished_ms": now_ms}
    elif wait is None:
        values |= {"state": DeliveryState.FAILED.value, "finished_ms": now_ms}
    else:
        values |= {"due_ms": now_ms + span_ms(wait)}
    _end_attempt(session, claimed, outcome, now_ms=now_ms)
    changed = session.execute(
        update(Delivery)
        .where(Delivery.key == claimed.key, Delivery.fence == claimed.fence)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has it
        return Recorded(is_lost=True)
    has_given_up = not outcome.is_delivered and wait is None
    if channel is not None and (outcome.is_delivered or not claimed.is_test):
        _tell_channel(channel, outcome, has_given_up=has_given_up, now_ms=now_ms)
    if outcome.is_gone:
        _switch_off(session, claimed, now=now)
    return Recorded(has_given_up=has_given_up, is_switched_off=outcome.is_gone)


def _mark_interrupted(session: Session, row: Delivery, attempt: DeliveryAttempt) -> None:
    attempt.result = AttemptResult.INTERRUPTED.value
    attempt.error = "LAMIS ended before it knew how this went."
    session.execute(
        update(Delivery)
        .where(Delivery.key == row.key)
        .values(is_doubtful=True)
        .execution_options(synchronize_session=False)
    )


def _end_attempt(session: Session, claimed: ClaimedDelivery, outcome: Outcome, *, now_ms: int) -> None:
    """The attempt says how it went even where its delivery was dropped, but not where it was retaken."""
    result = AttemptResult.DELIVERED if outcome.is_delivered else AttemptResult.FAILED
    session.execute(
        update(DeliveryAttempt)
        .where(
            DeliveryAttempt.key == claimed.attempt_key,
            DeliveryAttempt.result == AttemptResult.UNDER_WAY.value,
        )
        .values(
            result=result.value,
            took_ms=max(0, now_ms - claimed.started_ms),
            status=outcome.status,
            answer=outcome.answer,
            error=outcome.error,
        )
        .execution_options(synchronize_session=False)
    )


def _tell_channel(row: Channel, outcome: Outcome, *, has_given_up: bool, now_ms: int) -> None:
    """Count for the channel's health; a test counts only where it came through."""
    if outcome.is_delivered:
        row.failures, row.is_failing, row.error = 0, False, ""
        row.failing_since_ms = row.reported_ms = None
        row.last_sent_ms = now_ms
        return
    row.failures += 1
    row.failing_since_ms = row.failing_since_ms or now_ms
    row.error = outcome.error
    row.is_failing = row.is_failing or rules.is_failing(failures=row.failures, has_given_up=has_given_up)


def _switch_off(session: Session, claimed: ClaimedDelivery, *, now: datetime) -> None:
    """The receiver said that it is gone for good (410)."""
    row = session.get(Channel, claimed.channel_key)
    if row is None or not row.is_active:
        return
    row.is_active = False
    row.off_reason = "The receiver answered 410 Gone: it wants no more notifications."
    actions.drop_waiting(session, SYSTEM, row.key, why="The channel was switched off.", now=now)
    session.flush()
    journal(
        session,
        tenant_stream(row.tenant_key),
        kind="channel.switched_off",
        actor=SYSTEM.person_id,
        subject={"channel": row.id},
        now=now,
    )


def is_due(session: Session, *, now: datetime, busy: Collection[int] = ()) -> bool:
    """Whether a claim would find something; asked before a transaction that writes is begun."""
    return queries_log.due_delivery(session, EVERYTHING, now_ms=to_ms(now), but_channels=busy) is not None
