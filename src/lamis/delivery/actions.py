"""Making, changing and removing channels."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.base.errors import Conflict, Invalid
from lamis.base.ids import new_id
from lamis.base.names import folded
from lamis.base.scope import EVERYTHING, Actor, Permission, Scope
from lamis.base.secrets import SecretUnreadable, Vault
from lamis.delivery import queries
from lamis.delivery.drafts import ChannelDraft, MailDraft, WebhookDraft, place_of_url
from lamis.delivery.models import Channel, Delivery
from lamis.delivery.sealing import Secrets, opened, seal
from lamis.delivery.signing import new_secret
from lamis.delivery.types import ChannelKind, DeliveryState
from lamis.journal.actions import record, tenant_stream
from lamis.journal.queries import heads
from lamis.storage.within import within

OVERLAP = timedelta(hours=24)


def add_channel(
    session: Session, actor: Actor, draft: ChannelDraft, *, tenant_key: int, vault: Vault, now: datetime
) -> tuple[str, str | None]:
    """Store a channel; it is told of what happens from now on. An operator's may reach private networks.

    Returns its id, and the signing secret of a webhook, which is shown only now. Raises Invalid, Conflict.
    """
    actor.require(Permission.MANAGE_CHANNELS, tenant_key)
    _must_be_alone(session, draft.name, tenant_key=tenant_key, but=None)
    channel = Channel(
        id=new_id(),
        tenant_key=tenant_key,
        kind=draft.kind.value,
        created_ms=to_ms(now),
        may_reach_private=actor.is_operator,
        position=_head(session, tenant_key),
    )
    secrets = _secrets(draft, vault=vault, old=None)
    _take(channel, draft, secrets, vault=vault, now=now)
    session.add(channel)
    _journal(session, actor, channel, "channel.added", now=now)
    return channel.id, next(iter(secrets.signing), None)


def edit_channel(
    session: Session, actor: Actor, channel_id: str, draft: ChannelDraft, *, vault: Vault, now: datetime
) -> None:
    """Store changes; a blank address or password keeps the old one. Raises Invalid, Conflict.

    Who leads it elsewhere decides what may be reached: after a tenant's admin, private networks may not.
    """
    channel = _own(session, actor, channel_id)
    if draft.kind.value != channel.kind:
        raise Invalid("A channel's kind stays; make a new one.", field="kind")
    _must_be_alone(session, draft.name, tenant_key=channel.tenant_key, but=channel)
    secrets = _secrets(draft, vault=vault, old=channel)
    if _leads_elsewhere(draft, channel):
        channel.may_reach_private = actor.is_operator
    _take(channel, draft, secrets, vault=vault, now=now)
    _journal(session, actor, channel, "channel.changed", now=now)


def set_active(session: Session, actor: Actor, channel_id: str, *, is_active: bool, now: datetime) -> None:
    """Switch a channel on or off. Off drops what waits; on, it is told of what happens from then on."""
    channel = _own(session, actor, channel_id)
    if channel.is_active == is_active:
        return
    channel.is_active, channel.off_reason = is_active, ""
    channel.changed_ms = to_ms(now)
    if is_active:
        channel.position = _head(session, channel.tenant_key)
        channel.hour_from_ms = channel.hour_count = channel.hour_held = 0
        _forget_failures(channel)
    else:
        drop_waiting(session, actor, channel.key, why="The channel was switched off.", now=now)
    _journal(session, actor, channel, "channel.switched_on" if is_active else "channel.switched_off", now=now)


def rotate_secret(session: Session, actor: Actor, channel_id: str, *, vault: Vault, now: datetime) -> str:
    """A new signing secret, shown only now; for a day each request is signed with the old one, too."""
    channel = _own(session, actor, channel_id)
    if channel.kind != ChannelKind.WEBHOOK.value:
        raise Invalid("Only a webhook has a signing secret.", field="kind")
    secrets = opened(vault, channel.sealed)
    fresh = new_secret()
    channel.sealed = seal(vault, replace(secrets, signing=(fresh, *secrets.signing[:1])))
    channel.rotating_until_ms = to_ms(now + OVERLAP)
    channel.changed_ms = to_ms(now)
    _journal(session, actor, channel, "channel.changed", now=now)
    return fresh


def remove_channel(session: Session, actor: Actor, channel_id: str, *, now: datetime) -> str:
    """Forget a channel and its secrets; its deliveries stay in the log. Returns its name."""
    channel = _own(session, actor, channel_id)
    channel.is_active = False
    channel.is_failing = False
    channel.removed_ms = to_ms(now)
    channel.sealed = None
    channel.settings = {"place": channel.settings.get("place", "")}
    drop_waiting(session, actor, channel.key, why="The channel was removed.", now=now)
    _journal(session, actor, channel, "channel.removed", now=now)
    return channel.name


def drop_waiting(session: Session, actor: Actor, channel_key: int, *, why: str, now: datetime) -> None:
    """Give up what waits for a channel; whoever calls has checked that the actor may."""
    waiting = update(Delivery).where(
        Delivery.channel_key == channel_key,
        Delivery.state == DeliveryState.WAITING.value,
        within(actor.full_scope, Delivery.tenant_key),
    )
    session.execute(
        waiting.values(
            state=DeliveryState.DROPPED.value, error=why, finished_ms=to_ms(now), fence=Delivery.fence + 1
        ).execution_options(synchronize_session=False)
    )


def _own(session: Session, actor: Actor, channel_id: str) -> Channel:
    channel = queries.channel_row(session, actor.scope, channel_id)
    actor.require(Permission.MANAGE_CHANNELS, channel.tenant_key)
    return channel


def _must_be_alone(session: Session, name: str, *, tenant_key: int, but: Channel | None) -> None:
    key = None if but is None else but.key
    if queries.has_name(session, EVERYTHING, tenant_key, name, but_key=key):
        raise Conflict(f"The tenant has a channel called “{name}” already; choose another name.")


def _take(channel: Channel, draft: ChannelDraft, secrets: Secrets, *, vault: Vault, now: datetime) -> None:
    channel.name, channel.name_folded = draft.name, folded(draft.name)
    channel.settings = _settings(draft, secrets)
    channel.sealed = seal(vault, secrets)
    channel.min_severity = int(draft.min_severity)
    channel.events = [each.value for each in draft.events]
    channel.per_hour = draft.per_hour
    channel.changed_ms = to_ms(now)


def _settings(draft: ChannelDraft, secrets: Secrets) -> dict[str, Any]:
    target = draft.target
    if isinstance(target, WebhookDraft):
        return {"place": place_of_url(secrets.url), "ca_pem": target.ca_pem}
    return {
        "place": f"{target.host}:{target.port}",
        "host": target.host,
        "port": target.port,
        "security": target.security.value,
        "sender": target.sender,
        "recipients": list(target.recipients),
        "username": target.username,
        "ca_pem": target.ca_pem,
    }


def _secrets(draft: ChannelDraft, *, vault: Vault, old: Channel | None) -> Secrets:
    target = draft.target
    kept = _kept(vault, old)
    if isinstance(target, WebhookDraft):
        url = target.url or kept.url
        if not url:
            raise Invalid(
                "Give the address of the webhook, such as https://hooks.example/lamis.", field="url"
            )
        return Secrets(url=url, signing=kept.signing or (new_secret(),))
    if not target.username:
        return Secrets()
    if target.password is not None:
        return Secrets(password=target.password)
    if not kept.password:
        raise Invalid("Give the password of this user.", field="password")
    if old is not None and _way(target) != _stored_way(old):
        raise Invalid(
            "Type the password again: it is not sent to another server, or in another way, than it was "
            "given for.",
            field="password",
        )
    return Secrets(password=kept.password)


def _kept(vault: Vault, old: Channel | None) -> Secrets:
    try:
        return Secrets() if old is None else opened(vault, old.sealed)
    except SecretUnreadable:
        return Secrets()  # what is needed of them is then asked for as on a new channel


def _way(target: MailDraft) -> tuple[object, ...]:
    return (target.host, target.port, target.security.value, target.username, target.ca_pem)


def _stored_way(channel: Channel) -> tuple[object, ...]:
    return tuple(channel.settings.get(name) for name in ("host", "port", "security", "username", "ca_pem"))


def _leads_elsewhere(draft: ChannelDraft, channel: Channel) -> bool:
    if isinstance(draft.target, WebhookDraft):
        return draft.target.url is not None
    return _way(draft.target)[:2] != _stored_way(channel)[:2]


def _forget_failures(channel: Channel) -> None:
    channel.failures = 0
    channel.is_failing = False
    channel.failing_since_ms = channel.reported_ms = None
    channel.error = ""


def _head(session: Session, tenant_key: int) -> int:
    return heads(session, Scope(frozenset({tenant_key}))).get(tenant_key, 0)


def _journal(session: Session, actor: Actor, channel: Channel, kind: str, *, now: datetime) -> None:
    session.flush()
    record(
        session,
        tenant_stream(channel.tenant_key),
        kind=kind,
        actor=actor.person_id,
        subject={"channel": channel.id},
        now=now,
    )
