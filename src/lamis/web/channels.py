"""The pages of channels: the list, one of them, and its switches."""

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from lamis.access.notifying import send_test
from lamis.base.scope import Permission
from lamis.delivery import actions, queries, queries_log
from lamis.delivery.types import ChannelInfo, Outcome
from lamis.views.deliveries import ChannelLine, ChannelPage, DeliveryLine, Told
from lamis.web.visits import Sent, Signed, Visit

router = APIRouter(prefix="/channels")
ROOM = "deliveries"
RECENT = 10


@router.get("")
def channels_page(visit: Signed) -> Response:
    visit.actor.require(Permission.SEE_ALERTS)
    with visit.read() as session:
        visit = visit.narrowed(session)
        found = queries.channels(session, visit.actor.scope)
        return visit.page(
            session,
            "channels/list.html",
            room=ROOM,
            lines=[line_of(visit, channel) for channel in found],
            may_add=visit.actor.may(Permission.MANAGE_CHANNELS),
            show_tenant=visit.actor.sees_several,
            refresh_s=visit.runtime.settings.ui_refresh_s,
        )


@router.get("/{channel_id}")
def channel_page(visit: Signed, channel_id: str) -> Response:
    with visit.read() as session:
        return shown(session, visit, channel_id)


@router.post("/{channel_id}/test")
def test_sent(visit: Signed, channel_id: str) -> Response:
    """Send a test and show how it went; it takes at most 20 seconds."""
    _, outcome = send_test(visit.runtime, visit.actor.narrow(None), channel_id)
    with visit.read() as session:
        return shown(session, visit, channel_id, told=_told(outcome))


@router.post("/{channel_id}/active")
def active_sent(visit: Signed, channel_id: str, form: Sent) -> Response:
    is_active = form.is_on("is_active")
    with visit.write() as session:
        actions.set_active(session, visit.actor.narrow(None), channel_id, is_active=is_active, now=visit.now)
        name = queries.channel_by_id(session, visit.actor.full_scope, channel_id).name
    said = "is on; it is told of what happens from now on." if is_active else "is off; nothing is sent to it."
    return visit.go(f"/channels/{channel_id}", f"{name} {said}")


@router.get("/{channel_id}/rotate")
def rotate_page(visit: Signed, channel_id: str) -> Response:
    return _asking(visit, channel_id, "channels/rotate.html")


@router.post("/{channel_id}/rotate")
def rotate_sent(visit: Signed, channel_id: str) -> Response:
    with visit.write() as session:
        secret = actions.rotate_secret(
            session, visit.actor.narrow(None), channel_id, vault=visit.runtime.keys.vault, now=visit.now
        )
    with visit.read() as session:
        return shown(session, visit, channel_id, secret=secret)


@router.get("/{channel_id}/remove")
def remove_page(visit: Signed, channel_id: str) -> Response:
    return _asking(visit, channel_id, "channels/remove.html")


@router.post("/{channel_id}/remove")
def remove_sent(visit: Signed, channel_id: str) -> Response:
    with visit.write() as session:
        name = actions.remove_channel(session, visit.actor.narrow(None), channel_id, now=visit.now)
    return visit.go("/channels", f"{name} is removed; its deliveries stay in the log.")


def line_of(visit: Visit, channel: ChannelInfo) -> ChannelLine:
    return ChannelLine(channel, visit.actor.may(Permission.MANAGE_CHANNELS, channel.tenant_key))


def shown(
    session: Session,
    visit: Visit,
    channel_id: str,
    *,
    secret: str = "",
    is_new: bool = False,
    told: Told | None = None,
) -> Response:
    """The page of one channel; a secret is shown this once."""
    scope = visit.actor.full_scope
    channel = queries.channel_by_id(session, scope, channel_id)
    recent = queries_log.deliveries(session, scope, channel_id=channel_id, limit=RECENT)
    page = ChannelPage(
        line=line_of(visit, channel),
        recent=[DeliveryLine(each) for each in recent],
        secret=secret,
        is_new=is_new,
        told=told,
    )
    return visit.page(session, "channels/channel.html", room=ROOM, page=page)


def _asking(visit: Visit, channel_id: str, template: str) -> Response:
    """A page that asks before it does something to a channel."""
    with visit.read() as session:
        channel = queries.channel_by_id(session, visit.actor.full_scope, channel_id)
        visit.actor.require(Permission.MANAGE_CHANNELS, channel.tenant_key)
        return visit.page(session, template, room=ROOM, channel=channel)


def _told(outcome: Outcome) -> Told:
    if outcome.is_delivered:
        return Told(True, f"The test was taken ({outcome.status}).", outcome.answer)
    return Told(False, f"The test was not taken. {outcome.error}", outcome.answer)
