"""Sending a test through a channel for a caller, as every door does; no transaction is open meanwhile."""

import random

from lamis.base.clock import utc_now
from lamis.base.scope import Actor
from lamis.delivery import outbox
from lamis.delivery.actions_deliveries import begin_test
from lamis.delivery.sending import Send, attempt, send
from lamis.delivery.types import Outcome
from lamis.storage.runtime import Runtime


def send_test(runtime: Runtime, actor: Actor, channel_id: str, *, by: Send = send) -> tuple[str, Outcome]:
    """Send one test now. Returns its delivery's id and how it went; the log has it, too."""
    with runtime.database.write() as session:
        claimed = begin_test(
            session, actor, channel_id, public_url=runtime.settings.public_url, now=utc_now()
        )
    outcome = attempt(claimed, runtime.keys.vault, now=utc_now(), by=by)
    with runtime.database.write() as session:
        outbox.record(session, claimed, outcome, now=utc_now(), dice=random.Random())  # noqa: S311 -- unused
    return claimed.notice.id, outcome
