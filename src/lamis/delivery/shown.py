"""Channels and deliveries as JSON, for the API and the command line."""

from lamis.base.clock import iso_ms
from lamis.delivery.types import AttemptInfo, ChannelInfo, ChannelKind, DeliveryInfo

_MAIL = ("host", "port", "security", "sender", "recipients", "username")


def channel_values(channel: ChannelInfo, *, may_manage: bool) -> dict[str, object]:
    """A channel without its secrets; who may not manage it sees no mail addresses either."""
    health = channel.health
    found: dict[str, object] = {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind.value,
        "tenant": channel.tenant_name,
        "tenant_id": channel.tenant_id,
        "place": channel.place,
        "is_active": channel.is_active,
        "off_reason": channel.off_reason or None,
        "min_severity": channel.min_severity.word,
        "events": [each.word for each in channel.events],
        "per_hour": channel.per_hour,
        "held": channel.held,
        "is_failing": health.is_failing,
        "failing_since": _time(health.failing_since_ms),
        "error": health.error or None,
        "last_sent_at": _time(health.last_sent_ms),
        "created_at": iso_ms(channel.created_ms),
    }
    if may_manage:
        found |= settings_of(channel)
        found["old_secret_until"] = _time(channel.rotating_until_ms)
    return found


def settings_of(channel: ChannelInfo) -> dict[str, object]:
    """What leads to the receiver and is no secret."""
    names = (*_MAIL, "ca_pem") if channel.kind is ChannelKind.SMTP else ("ca_pem",)
    return {name: channel.settings.get(name) for name in names}


def draft_values(channel: ChannelInfo) -> dict[str, object]:
    """A channel as `drafts.parse_channel` takes it, with its secrets left blank."""
    return {
        "name": channel.name,
        "kind": channel.kind.value,
        "min_severity": channel.min_severity.word,
        "events": [each.word for each in channel.events],
        "per_hour": channel.per_hour,
        **settings_of(channel),
    }


def delivery_values(delivery: DeliveryInfo) -> dict[str, object]:
    """A delivery as lists show it."""
    return {
        "id": delivery.id,
        "channel": delivery.channel_name,
        "channel_id": None if delivery.is_channel_removed else delivery.channel_id,
        "tenant": delivery.tenant_name,
        "type": delivery.kind,
        "title": delivery.title,
        "incident_id": delivery.incident_id,
        "severity": None if delivery.severity is None else delivery.severity.word,
        "state": delivery.state.value,
        "attempts": delivery.tries,
        "possibly_sent_twice": delivery.is_doubtful,
        "created_at": iso_ms(delivery.created_ms),
        "due_at": iso_ms(delivery.due_ms),
        "finished_at": _time(delivery.finished_ms),
        "error": delivery.error or None,
    }


def attempt_values(attempt: AttemptInfo, *, may_manage: bool) -> dict[str, object]:
    """One attempt; what the receiver answered is for those who manage the channel."""
    found: dict[str, object] = {
        "number": attempt.number,
        "started_at": iso_ms(attempt.started_ms),
        "took_ms": attempt.took_ms,
        "result": attempt.result.value,
        "status": attempt.status,
        "error": attempt.error or None,
    }
    return found | ({"answer": attempt.answer} if may_manage else {})


def _time(ms: int | None) -> str | None:
    return None if ms is None else iso_ms(ms)
