"""Adding and editing a channel."""

from collections.abc import Mapping

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from lamis.access.statuses import status_of
from lamis.access.trials import tenant_for
from lamis.base.errors import Conflict, Invalid, LamisError, NotFound
from lamis.base.scope import Permission
from lamis.delivery import actions, queries
from lamis.delivery.drafts import parse_channel
from lamis.delivery.shown import draft_values
from lamis.delivery.types import ChannelInfo, ChannelKind
from lamis.web.channels import ROOM
from lamis.web.channels import shown as channel_shown
from lamis.web.channels_form import (
    DEFAULTS,
    EVENTS,
    SECRETS,
    SECURITIES,
    SEVERITIES,
    ChannelForm,
    chosen,
    typed,
)
from lamis.web.form_pages import kept_secrets, tenant_choice, with_error
from lamis.web.forms import EMPTY, Form, shown
from lamis.web.visits import Sent, Signed, Visit

router = APIRouter(prefix="/channels")


@router.get("/add")
def add_page(visit: Signed) -> Response:
    visit.actor.require(Permission.MANAGE_CHANNELS)
    with visit.read() as session:
        kind = _kind(visit.request.query_params.get("kind", ""))
        return _form_page(visit, session, _new_form(visit, session, EMPTY, kind, DEFAULTS))


@router.post("/add")
def add_sent(visit: Signed, form: Sent) -> Response:
    visit.actor.require(Permission.MANAGE_CHANNELS)
    kind, actor = _kind(form.text("kind")), visit.actor.narrow(None)
    values = _typed(visit, form)
    try:
        with visit.write() as session:
            tenant = tenant_for(session, visit.actor, form.text("tenant") or None)
            channel_id, secret = actions.add_channel(
                session,
                actor,
                parse_channel(values | {"kind": kind.value}),
                tenant_key=tenant.key,
                vault=visit.runtime.keys.vault,
                now=visit.now,
            )
    except (Invalid, Conflict, NotFound) as error:
        with visit.read() as session:
            page = _new_form(visit, session, form, kind, values)
            return _form_page(visit, session, _wrong(visit, page, values, error), error)
    with visit.read() as session:
        return channel_shown(session, visit, channel_id, secret=secret or "", is_new=True)


@router.get("/{channel_id}/edit")
def edit_page(visit: Signed, channel_id: str) -> Response:
    with visit.read() as session:
        channel = _managed(visit, session, channel_id)
        return _form_page(visit, session, _edit_form(channel, draft_values(channel)))


@router.post("/{channel_id}/edit")
def edit_sent(visit: Signed, channel_id: str, form: Sent) -> Response:
    with visit.read() as session:
        channel = _managed(visit, session, channel_id)
    values = _typed(visit, form)
    try:
        draft = parse_channel(values | {"kind": channel.kind.value})
        with visit.write() as session:
            actions.edit_channel(
                session,
                visit.actor.narrow(None),
                channel_id,
                draft,
                vault=visit.runtime.keys.vault,
                now=visit.now,
            )
    except (Invalid, Conflict) as error:
        with visit.read() as session:
            page = _wrong(visit, _edit_form(channel, values), values, error)
            return _form_page(visit, session, page, error)
    return visit.go(f"/channels/{channel_id}", f"{draft.name} is saved; send a test to see that it works.")


def _managed(visit: Visit, session: Session, channel_id: str) -> ChannelInfo:
    channel = queries.channel_by_id(session, visit.actor.full_scope, channel_id)
    visit.actor.require(Permission.MANAGE_CHANNELS, channel.tenant_key)
    return channel


def _kind(word: str) -> ChannelKind:
    return ChannelKind.SMTP if word == ChannelKind.SMTP.value else ChannelKind.WEBHOOK


def _typed(visit: Visit, form: Form) -> dict[str, object]:
    """What was typed; a secret left blank is the one that the form kept from the try before."""
    values = typed(form)
    return values | kept_secrets(visit, form, values, SECRETS)


def _new_form(
    visit: Visit, session: Session, form: Form, kind: ChannelKind, values: Mapping[str, object]
) -> ChannelForm:
    choices, current = tenant_choice(visit, session, form, Permission.MANAGE_CHANNELS)
    return ChannelForm(
        kind=kind,
        values=shown(values, secrets=SECRETS),
        events=chosen(values),
        action="/channels/add",
        tenants=choices,
        tenant_id=current,
    )


def _edit_form(channel: ChannelInfo, values: Mapping[str, object]) -> ChannelForm:
    return ChannelForm(
        kind=channel.kind,
        values=shown(values, secrets=SECRETS),
        events=chosen(values),
        action=f"/channels/{channel.id}/edit",
        channel_id=channel.id,
        channel_name=channel.name,
        place=channel.place,
    )


def _wrong(visit: Visit, page: ChannelForm, values: Mapping[str, object], error: LamisError) -> ChannelForm:
    secrets = {name: str(values[name]) for name in SECRETS}
    wrong_field = error.field or "" if isinstance(error, Invalid) else "name"
    return with_error(visit, page, secrets, error=error.message, wrong_field=wrong_field)


def _form_page(
    visit: Visit, session: Session, page: ChannelForm, error: LamisError | None = None
) -> Response:
    return visit.page(
        session,
        "channels/form.html",
        room=ROOM,
        status=status_of(error) if error else 200,
        page=page,
        securities=SECURITIES,
        severities_of=SEVERITIES,
        events_of=EVENTS,
    )
