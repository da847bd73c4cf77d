"""Notifications go out: the journals are followed, what is due is sent, channels that fail are told of.

Each channel is sent to by one thread at a time, so that a receiver that hangs holds up only itself.
"""

import random
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta

from lamis.alerts.types import FindingDraft, Severity
from lamis.base.clock import iso_ms, to_ms
from lamis.base.log import logger
from lamis.base.scope import EVERYTHING
from lamis.connections.queries import connections_of
from lamis.delivery import noticing, outbox, queries
from lamis.delivery.models import Channel
from lamis.delivery.rules import DELIVERIES_RULE
from lamis.delivery.sending import Send, attempt, send
from lamis.delivery.types import ClaimedDelivery, Outcome
from lamis.incidents.actions import receive_findings
from lamis.workers.work import Work

SENDERS = 8
_PAUSE_S = 0.25
_TELL = timedelta(seconds=1)
_log = logger("delivery")


def deliver(work: Work, *, by: Send = send) -> None:
    """Work off everything that is due, and what becomes due meanwhile."""
    dice = random.Random()  # noqa: S311 -- jitter is no secret
    under_way: dict[Future[None], int] = {}
    done, told_at = 0, work.clock()
    with ThreadPoolExecutor(SENDERS, thread_name_prefix="lamis-send") as senders:
        while True:
            _notice(work)
            while len(under_way) < SENDERS and (claimed := _claim(work, set(under_way.values()))):
                under_way[senders.submit(_send, work, claimed, by, dice)] = claimed.channel_key
            if not under_way:
                break
            finished, _ = wait(under_way, timeout=_PAUSE_S, return_when=FIRST_COMPLETED)
            for each in finished:
                del under_way[each]
                each.result()
                done += 1
            if work.clock() - told_at >= _TELL:
                told_at = work.clock()
                work.go_on(done, None)
    _report(work)


def _notice(work: Work) -> None:
    database, now = work.runtime.database, work.clock()
    with database.read() as session:
        if not noticing.is_due(session, now=now):
            return
    with database.write() as session:
        noticing.notice(session, now=now, public_url=work.runtime.settings.public_url)


def _claim(work: Work, busy: set[int]) -> ClaimedDelivery | None:
    database, now = work.runtime.database, work.clock()
    with database.read() as session:
        if not outbox.is_due(session, now=now, busy=busy):
            return None
    with database.write() as session:
        return outbox.claim_next(session, now=now, busy=busy)


def _send(work: Work, claimed: ClaimedDelivery, by: Send, dice: random.Random) -> None:
    outcome = _attempted(work, claimed, by)
    with work.runtime.database.write() as session:
        recorded = outbox.record(session, claimed, outcome, now=work.clock(), dice=dice)
    if recorded.is_lost:
        _log.warning("a delivery was taken over before its end was recorded", delivery=claimed.notice.id)
    elif not outcome.is_delivered:
        _log.warning(
            "a delivery was not taken",
            delivery=claimed.notice.id,
            attempt=claimed.tries,
            why=outcome.error,
            given_up=recorded.has_given_up,
        )


def _attempted(work: Work, claimed: ClaimedDelivery, by: Send) -> Outcome:
    """One attempt. What fails inside LAMIS counts as one, too: it would be sent again and again otherwise."""
    try:
        return attempt(claimed, work.runtime.keys.vault, now=work.clock(), by=by)
    except Exception:  # noqa: BLE001 -- the attempt's boundary: other deliveries go on
        _log.exception("an attempt failed", delivery=claimed.notice.id)
        return Outcome(is_delivered=False, error="It failed inside LAMIS; the log has the details.")


def _report(work: Work) -> None:
    """A finding for each channel that began to fail; it stands until a delivery gets through."""
    database, now = work.runtime.database, work.clock()
    with database.read() as session:
        failing = queries.unreported(session, EVERYTHING)
    for channel in failing:
        with database.ingest() as session:
            row = queries.channel_row(session, EVERYTHING, channel.id)
            row.reported_ms = to_ms(now)
            session.flush()  # the channel is locked before the journal's counter, as its switches do
            sources = connections_of(session, EVERYTHING, channel.tenant_key)
            if sources:  # a tenant without any has no alerts, and nowhere to show one
                first = min(sources, key=lambda source: source.key)
                receive_findings(session, [_finding(row, first.key, first.id)], now=now)
        _log.warning("the deliveries of a channel fail", channel=channel.id)


def _finding(channel: Channel, connection_key: int, connection_id: str) -> FindingDraft:
    since_ms = channel.failing_since_ms or 0
    return FindingDraft(
        finding_id=f"deliveries-{channel.id}-{since_ms}",
        tenant_key=channel.tenant_key,
        connection_key=connection_key,
        connection_id=connection_id,
        rule=DELIVERIES_RULE,
        title=f"Deliveries failing: the channel {channel.name} takes no notifications",
        severity=Severity.HIGH,
        document={
            "finding": "deliveries-failing",
            "channel": channel.name,
            "failing_since": iso_ms(since_ms),
            "error": channel.error,
            "cure": "Look at the channel’s deliveries, cure what they say, and send a test.",
        },
    )
