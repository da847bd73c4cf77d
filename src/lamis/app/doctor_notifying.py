"""What the doctor says of notifications: the heartbeat of LAMIS itself, and channels that fail."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from lamis.app.findings import Finding, Verdict
from lamis.base.clock import from_ms
from lamis.base.scope import EVERYTHING
from lamis.delivery.queries import failing_channels
from lamis.storage.runtime import Runtime
from lamis.storage.state import state
from lamis.workers.heartbeat import LAST_ERROR, LAST_OK


def notifying(runtime: Runtime, *, now: datetime) -> Iterator[Finding]:
    """One finding for the heartbeat where it is set, one for each channel that fails."""
    if runtime.settings.heartbeat_url is not None:
        yield _heartbeat(runtime, now=now)
    with runtime.database.read() as session:
        failing = failing_channels(session, EVERYTHING)
    for channel in failing:
        yield Finding(
            f"channel {channel.name}",
            Verdict.WRONG,
            f"It takes no notifications: {channel.health.error}",
            f"Cure that, then: lamis channels test {channel.id}",
        )


def _heartbeat(runtime: Runtime, *, now: datetime) -> Finding:
    with runtime.database.read() as session:
        last, error = state(session, LAST_OK), state(session, LAST_ERROR)
    sent_at = None if last is None else from_ms(int(last))
    when = "none was sent yet"
    if sent_at is not None:
        when = f"the last good one was at {sent_at:%Y-%m-%d %H:%M:%S} UTC"
    if error:
        return Finding("heartbeat", Verdict.WRONG, f"{error} ({when})", "Check LAMIS_HEARTBEAT_URL.")
    longest = 3 * timedelta(seconds=runtime.settings.heartbeat_s)
    if sent_at is None or now - sent_at > longest:
        return Finding("heartbeat", Verdict.WARNING, f"No heartbeat goes out: {when}.", "lamis up")
    return Finding("heartbeat", Verdict.OK, f"It goes out; {when}.")
