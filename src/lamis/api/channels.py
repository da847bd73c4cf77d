"""`/api/v2/channels`: where notifications go."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from lamis.access.callers import Caller
from lamis.access.notifying import send_test
from lamis.access.trials import tenant_for
from lamis.api.dependencies import Run, Signed
from lamis.base.clock import utc_now
from lamis.base.errors import Invalid
from lamis.base.scope import Permission
from lamis.delivery import actions, queries
from lamis.delivery.drafts import parse_channel
from lamis.delivery.shown import channel_values, draft_values
from lamis.delivery.types import ChannelInfo

router = APIRouter(prefix="/channels", tags=["channels"])


class ChannelChange(BaseModel):
    """What to change; what is left out stays. `url` and `password` are never shown again."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    url: str | None = None
    host: str | None = None
    port: int | None = None
    security: str | None = None
    username: str | None = None
    password: str | None = None
    sender: str | None = None
    recipients: list[str] | None = None
    ca_pem: str | None = None
    min_severity: str | None = None
    events: list[str] | None = None
    per_hour: int | None = None
    is_active: bool | None = None

    def given(self) -> dict[str, object]:
        """What was sent, but for the switch."""
        return self.model_dump(exclude_unset=True, exclude={"is_active", "tenant"})


class NewChannel(ChannelChange):
    """`kind` is webhook or smtp; `tenant` an id or a name, needed where you see several."""

    kind: str
    tenant: str | None = None


@router.get("")
def list_channels(caller: Signed, runtime: Run) -> dict[str, Any]:
    """The channels you see, by name, with how they fare."""
    with runtime.database.read() as session:
        found = queries.channels(session, caller.actor.scope)
    return {"channels": [_shown(caller, channel) for channel in found]}


@router.post("", status_code=201)
def add_channel(caller: Signed, runtime: Run, new: NewChannel) -> dict[str, Any]:
    """Add a channel; the answer holds the signing secret of a webhook, and only this one does."""
    actor = caller.actor
    with runtime.database.read() as session:
        tenant = tenant_for(session, actor, new.tenant)
    actor.require(Permission.MANAGE_CHANNELS, tenant.key)
    draft, vault = parse_channel(new.given()), runtime.keys.vault
    with runtime.database.write() as session:
        channel_id, secret = actions.add_channel(
            session, actor, draft, tenant_key=tenant.key, vault=vault, now=utc_now()
        )
        if new.is_active is False:
            actions.set_active(session, actor, channel_id, is_active=False, now=utc_now())
        found = queries.channel_by_id(session, actor.full_scope, channel_id)
    return _shown(caller, found) | {"secret": secret}


@router.get("/{channel_id}")
def one_channel(caller: Signed, runtime: Run, channel_id: str) -> dict[str, Any]:
    with runtime.database.read() as session:
        return _shown(caller, queries.channel_by_id(session, caller.actor.scope, channel_id))


@router.patch("/{channel_id}")
def change_channel(caller: Signed, runtime: Run, channel_id: str, change: ChannelChange) -> dict[str, Any]:
    """Change what is named; switch on or off by `is_active`."""
    if not change.model_fields_set:
        raise Invalid("Name what to change.")
    actor, now = caller.actor, utc_now()
    with runtime.database.write() as session:
        stored = queries.channel_by_id(session, actor.scope, channel_id)
        actor.require(Permission.MANAGE_CHANNELS, stored.tenant_key)
        if given := change.given():
            draft = parse_channel(draft_values(stored) | given)
            actions.edit_channel(session, actor, channel_id, draft, vault=runtime.keys.vault, now=now)
        if change.is_active is not None:
            actions.set_active(session, actor, channel_id, is_active=change.is_active, now=now)
        return _shown(caller, queries.channel_by_id(session, actor.scope, channel_id))


@router.delete("/{channel_id}", status_code=204)
def remove_channel(caller: Signed, runtime: Run, channel_id: str) -> None:
    """Forget a channel and its secrets; its deliveries stay in the log."""
    with runtime.database.write() as session:
        actions.remove_channel(session, caller.actor, channel_id, now=utc_now())


@router.post("/{channel_id}/test")
def test_channel(caller: Signed, runtime: Run, channel_id: str) -> dict[str, Any]:
    """Send a test now and tell how it went; it takes at most 20 seconds."""
    delivery_id, outcome = send_test(runtime, caller.actor, channel_id)
    return {
        "delivery_id": delivery_id,
        "is_delivered": outcome.is_delivered,
        "status": outcome.status,
        "answer": outcome.answer,
        "error": outcome.error or None,
    }


@router.post("/{channel_id}/rotate")
def rotate_secret(caller: Signed, runtime: Run, channel_id: str) -> dict[str, Any]:
    """A new signing secret of a webhook, shown only now; the old one signs, too, for 24 hours."""
    with runtime.database.write() as session:
        secret = actions.rotate_secret(
            session, caller.actor, channel_id, vault=runtime.keys.vault, now=utc_now()
        )
    return {"secret": secret}


def _shown(caller: Caller, channel: ChannelInfo) -> dict[str, Any]:
    may_manage = caller.actor.may(Permission.MANAGE_CHANNELS, channel.tenant_key)
    return channel_values(channel, may_manage=may_manage)
