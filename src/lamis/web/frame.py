"""What surrounds every page: navigation, tenant switch, banners, messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session
from starlette.requests import Request

from lamis.access.callers import Caller
from lamis.access.csrf import masked
from lamis.base.scope import Permission, Scope
from lamis.connections.queries import resting, troubled_count
from lamis.connections.queries_firewalls import FailingFirewall, failing_firewalls
from lamis.delivery.queries import failing_count
from lamis.incidents.queries import waiting_counts
from lamis.journal.positions import position_text
from lamis.journal.queries import heads
from lamis.storage.runtime import Runtime
from lamis.tenants import queries as tenant_queries
from lamis.views.rows import (
    THEME_COOKIE,
    Banner,
    Frame,
    Message,
    NavItem,
    TenantChoice,
    Tone,
    navigation,
    theme_of,
)
from lamis.web import flash
from lamis.web.paths import here


@dataclass(frozen=True, slots=True)
class Badges:
    """The numbers beside the rooms: sources and channels that fail, incidents that wait."""

    sources: int
    incidents: int
    channels: int


def frame_of(
    session: Session,
    request: Request,
    runtime: Runtime,
    *,
    caller: Caller,
    now: datetime,
    room: str,
    messages: Sequence[Message] = (),
    banners: Sequence[Banner] = (),
    refresh_s: int | None = None,
    is_live: bool = False,
    search: str = "",
    badges: Badges | None = None,
) -> Frame:
    """The frame of a signed-in page in `room` (a key of views.rows.ROOMS, or empty).

    `badges` are counted here unless the page has counted them for itself.
    """
    actor = caller.actor
    choices = [
        TenantChoice(id=each.id, name=each.name) for each in tenant_queries.tenants(session, actor.full_scope)
    ]
    firewalls = failing_firewalls(session, actor.scope, now=now)
    shown = None
    if actor.narrowed_to is not None:
        tenant = tenant_queries.tenant_by_key(session, actor.full_scope, actor.narrowed_to)
        shown = TenantChoice(id=tenant.id, name=tenant.name)
    return Frame(
        now=now,
        here=here(request) if request.method == "GET" else "/",
        csrf_token=masked(caller.csrf),
        person=actor.name,
        is_operator=actor.is_operator,
        tenants=choices if len(choices) > 1 or shown else (),
        tenant=shown,
        nav=_rooms(caller, room, badges or _badges(session, actor.scope, now=now), firewalls=len(firewalls)),
        banners=(*_standing(session, runtime), *_failing(firewalls, room), *banners),
        messages=(*flash.waiting(request, runtime), *messages),
        theme=theme_of(request.cookies.get(THEME_COOKIE)),
        refresh_s=refresh_s,
        after=position_text(heads(session, actor.scope), signing=runtime.keys.signing) if is_live else "",
        search=search,
    )


def bare_frame(
    request: Request, runtime: Runtime, *, csrf: str, now: datetime, messages: Sequence[Message] = ()
) -> Frame:
    """The frame of a page for somebody who is not signed in."""
    return Frame(
        now=now,
        csrf_token=masked(csrf),
        messages=(*flash.waiting(request, runtime), *messages),
        theme=theme_of(request.cookies.get(THEME_COOKIE)),
    )


def _standing(session: Session, runtime: Runtime) -> tuple[Banner, ...]:
    """What every page says: that collecting rests for want of disk, that Redis cannot be used."""
    return tuple(Banner(Tone.FAILED, each) for each in (resting(session), runtime.redis_problem) if each)


def _failing(firewalls: Sequence[FailingFirewall], room: str) -> tuple[Banner, ...]:
    """That something is not blocked which somebody believes to be; the room of firewalls says it itself."""
    if not firewalls or room == "firewalls":
        return ()
    first = firewalls[0]
    if len(firewalls) == 1:
        text = f"fails: {first.health.sentence} What is to be blocked there waits."
        return (Banner(Tone.FAILED, text, first.name, "Review firewall", f"/firewalls/{first.id}"),)
    names = ", ".join(each.name for each in firewalls[:3]) + (" …" if len(firewalls) > 3 else "")
    text = f"fail ({names}). What is to be blocked there waits."
    return (Banner(Tone.FAILED, text, f"{len(firewalls)} firewalls", "Review firewalls", "/firewalls"),)


def _badges(session: Session, scope: Scope, *, now: datetime) -> Badges:
    return Badges(
        sources=troubled_count(session, scope, now=now),
        incidents=sum(waiting_counts(session, scope).values()),
        channels=failing_count(session, scope),
    )


def _rooms(caller: Caller, current: str, badges: Badges, *, firewalls: int) -> tuple[NavItem, ...]:
    may_manage = caller.actor.may(Permission.MANAGE_MEMBERS)
    found = navigation(
        current,
        is_operator=caller.actor.is_operator,
        sources_failing=badges.sources,
        firewalls_failing=firewalls,
        incidents_waiting=badges.incidents,
        channels_failing=badges.channels,
    )
    return tuple(item for item in found if may_manage or item.url != "/people")
