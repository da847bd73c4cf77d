"""The firewalls pages: the list, and one firewall with its health."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_network

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from lamis.access.trials import try_and_keep
from lamis.base.clock import from_ms
from lamis.base.scope import Permission
from lamis.blocking.queries import block_count
from lamis.blocking.types import BlockFilter
from lamis.connections import actions, queries, queries_firewalls
from lamis.connections.types import HealthWord, SourceState
from lamis.connections.types_firewall import FirewallInfo
from lamis.web.connections_form import Result
from lamis.web.firewalls_form import result_of
from lamis.web.visits import Sent, Signed, Visit

router = APIRouter(prefix="/firewalls")
ROOM = "firewalls"


@dataclass(frozen=True, slots=True)
class FirewallRow:
    """A firewall as pages show it; times are aware, `mark` is the state of its health mark."""

    firewall: FirewallInfo
    mark: str
    own: Sequence[str]
    last_good_at: datetime | None
    failing_since: datetime | None
    compared_at: datetime | None
    own_read_at: datetime | None
    may_manage: bool
    may_test: bool


def blocks_at(session: Session, visit: Visit, firewall_id: str) -> int:
    """How many blocks stand at the firewall."""
    wanted = BlockFilter(standing=True, firewall_id=firewall_id)
    return block_count(session, visit.actor.full_scope, wanted)


@router.get("")
def firewalls_page(visit: Signed) -> Response:
    visit.actor.require(Permission.SEE_CONNECTIONS)
    with visit.read() as session:
        visit = visit.narrowed(session)
        rows = [
            firewall_row(visit, each)
            for each in queries_firewalls.firewalls(session, visit.actor.scope, now=visit.now)
        ]
        active = [row for row in rows if row.firewall.state is SourceState.ACTIVE]
        return visit.page(
            session,
            "firewalls/list.html",
            room=ROOM,
            rows=rows,
            active=len(active),
            good=sum(row.firewall.health.is_good for row in active),
            may_add=visit.actor.may(Permission.MANAGE_CONNECTIONS),
            refresh_s=visit.runtime.settings.ui_refresh_s,
        )


@router.get("/{firewall_id}")
def firewall_page(visit: Signed, firewall_id: str) -> Response:
    return _firewall_page(visit, firewall_id)


@router.get("/{firewall_id}/test")
def result_left(visit: Signed, firewall_id: str) -> Response:
    """A result that was loaded again, or come back to, leads to its firewall."""
    return visit.go(f"/firewalls/{firewall_id}")


@router.post("/{firewall_id}/test")
def test_sent(visit: Signed, firewall_id: str) -> Response:
    with visit.read() as session:
        stored = queries.firewall_row(session, visit.actor.full_scope, firewall_id)
    visit.actor.require(Permission.CHECK_CONNECTIONS, stored.tenant_key)
    tested = try_and_keep(visit.runtime, stored)
    return _firewall_page(visit, firewall_id, result=result_of(tested, may_create=True))


@router.post("/{firewall_id}/active")
def active_sent(visit: Signed, firewall_id: str, form: Sent) -> Response:
    is_active = form.is_on("is_active")
    with visit.write() as session:
        actor = visit.actor.narrow(None)
        queries.firewall_row(session, actor.full_scope, firewall_id)
        name = actions.set_active(session, actor, firewall_id, is_active=is_active, now=visit.now).name
    visit.runtime.alarm("act")
    said = (
        f"{name} is told again what to drop; what is wanted meanwhile is done now."
        if is_active
        else f"{name} is paused; what it drops stays as it is."
    )
    return visit.go(f"/firewalls/{firewall_id}", said)


def firewall_row(visit: Visit, firewall: FirewallInfo) -> FirewallRow:
    return FirewallRow(
        firewall=firewall,
        mark=_mark(firewall),
        own=[_short(text) for text in firewall.own_networks],
        last_good_at=_at(firewall.last_good_ms),
        failing_since=_at(firewall.failing_since_ms),
        compared_at=_at(firewall.compared_ms),
        own_read_at=_at(firewall.own_read_ms),
        may_manage=visit.actor.may(Permission.MANAGE_CONNECTIONS, firewall.tenant_key),
        may_test=visit.actor.may(Permission.CHECK_CONNECTIONS, firewall.tenant_key),
    )


def _mark(firewall: FirewallInfo) -> str:
    if firewall.state is not SourceState.ACTIVE:
        return "off"
    if firewall.health.word is HealthWord.WAITING:
        return "late"
    return "ok" if firewall.health.is_good else "bad"


def _short(network: str) -> str:
    """A single address without the length that all of them have."""
    found = ip_network(network, strict=False)
    return str(found.network_address) if found.prefixlen == found.max_prefixlen else str(found)


def _at(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)


def _firewall_page(visit: Visit, firewall_id: str, *, result: Result | None = None) -> Response:
    visit.actor.require(Permission.SEE_CONNECTIONS)
    with visit.read() as session:
        scope = visit.actor.full_scope
        firewall = queries_firewalls.firewall_by_id(session, scope, firewall_id, now=visit.now)
        return visit.page(
            session,
            "firewalls/firewall.html",
            room=ROOM,
            row=firewall_row(visit, firewall),
            firewall=firewall,
            blocks=blocks_at(session, visit, firewall.id),
            result=result,
            refresh_s=visit.runtime.settings.ui_refresh_s if result is None else None,
        )
