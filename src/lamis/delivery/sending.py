"""Handing a delivery to whatever its channel is. No transaction is open meanwhile."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from lamis.base.clock import to_ms
from lamis.base.secrets import SecretUnreadable, Vault
from lamis.delivery import mail, webhooks
from lamis.delivery.sealing import opened, target_of
from lamis.delivery.types import ClaimedDelivery, Notice, Outcome, Target, WebhookTarget

Send = Callable[[Target, Notice, datetime], Outcome]


def send(target: Target, notice: Notice, now: datetime) -> Outcome:
    """One attempt; what goes wrong is in the answer."""
    if isinstance(target, WebhookTarget):
        return webhooks.post(target, notice, now=now)
    return mail.send(target, notice, now=now)


def attempt(claimed: ClaimedDelivery, vault: Vault, *, now: datetime, by: Send = send) -> Outcome:
    """Open the secrets of a claimed delivery's channel and make the attempt."""
    try:
        secrets = opened(vault, claimed.sealed)
    except SecretUnreadable as error:
        return Outcome(is_delivered=False, error=f"{error.message} Edit the channel and enter it again.")
    is_rotating = claimed.rotating_until_ms is not None and to_ms(now) < claimed.rotating_until_ms
    if not is_rotating:
        secrets = replace(secrets, signing=secrets.signing[:1])
    target = target_of(claimed.kind, claimed.settings, secrets, may_reach_private=claimed.may_reach_private)
    return by(target, claimed.notice, now)
