"""Handing a delivery to a webhook: one signed POST, no redirect followed, little of the answer read."""

import math
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from lamis.base import tls
from lamis.base.clock import to_ms
from lamis.base.egress import Resolve, lookup
from lamis.base.errors import ConnectorError, Invalid
from lamis.base.http import Answer, HttpClient, HttpOptions
from lamis.delivery import rules
from lamis.delivery.messages import encoded, readable
from lamis.delivery.signing import headers
from lamis.delivery.types import ANSWER_CHARS, Notice, Outcome, WebhookTarget

CONNECT = timedelta(seconds=5)
TOTAL = timedelta(seconds=15)
ANSWER_BYTES = 64_000
_SPELT = {
    400: "it does not accept what was sent",
    401: "it asks for a sign-in",
    403: "it refuses",
    404: "there is nothing at that address",
    410: "it is gone for good, so the channel was switched off",
    413: "it finds the message too large",
    429: "it asks to send less",
}


def post(target: WebhookTarget, notice: Notice, *, now: datetime, resolve: Resolve = lookup) -> Outcome:
    """POST the notice; never raises for what the far side does."""
    parts = urlsplit(target.url)
    body = encoded(notice.body)
    sent = headers(target.secrets, message_id=notice.id, at_s=to_ms(now) // 1000, body=body)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        client = HttpClient(
            HttpOptions(
                urls=(f"{parts.scheme}://{parts.netloc}",),
                tls=tls.policy(ca_pem=target.ca_pem),
                connect_timeout=CONNECT,
                total_timeout=TOTAL,
                may_reach_private=target.may_reach_private,
            ),
            resolve=resolve,
        )
    except Invalid as error:
        return Outcome(is_delivered=False, error=error.message, is_permanent=True)
    try:
        with client.answer(
            "POST", path, body=body, headers=sent, limit_bytes=ANSWER_BYTES, cuts=True
        ) as answer:
            return _judged(answer, now=now)
    except ConnectorError as error:
        return _failed(error)
    finally:
        client.close()


def _judged(answer: Answer, *, now: datetime) -> Outcome:
    shown = readable(bytes(answer.body))
    if rules.is_delivered(answer.status):
        return Outcome(is_delivered=True, status=answer.status, answer=shown)
    why = _SPELT.get(answer.status)
    if 300 <= answer.status < 400:
        why = "it leads elsewhere, and redirects are not followed; give the final address"
    return Outcome(
        is_delivered=False,
        status=answer.status,
        answer=shown,
        error=f"{answer.where} answered {answer.status}" + (f": {why}." if why else "."),
        is_permanent=rules.is_permanent(answer.status),
        is_gone=answer.status == rules.GONE,
        retry_after=retry_after(answer.headers.get("retry-after", ""), now=now),
    )


def _failed(error: ConnectorError) -> Outcome:
    # An untrusted certificate or a forbidden address is cured by people within hours: it is tried again,
    # but an address that may not be reached is not asked seven times.
    is_permanent = error.code == "address_not_allowed"
    return Outcome(is_delivered=False, error=error.message[:ANSWER_CHARS], is_permanent=is_permanent)


def retry_after(text: str, *, now: datetime) -> timedelta | None:
    """How long the receiver asks to wait, in seconds or as a date; None where it does not say."""
    if text.isascii() and text.isdigit() and len(text) < 10:
        return timedelta(seconds=int(text))
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return timedelta(seconds=math.ceil(max(0.0, (moment - now).total_seconds())))
