"""The ledger of blocks, one block with its receipts, and what people do with them."""

from collections.abc import Mapping, Sequence
from itertools import groupby, islice

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from lamis.base.clock import from_ms
from lamis.base.errors import Invalid
from lamis.base.scope import Permission
from lamis.blocking import actions, queries, queries_lists, queries_work
from lamis.blocking.filters import NAMES, parse_block_filter
from lamis.blocking.planning import lasting
from lamis.blocking.shown import block_values
from lamis.blocking.types import BlockFilter
from lamis.connections.queries_firewalls import firewalls
from lamis.views import formats
from lamis.views.blocking import LASTING, SHOWN, WORDS, ComparedLine, DriftSentence, LedgerPage
from lamis.views.filters import chips
from lamis.views.links import Query
from lamis.web.alert_rows import query_of, tenant_options
from lamis.web.blocking_rows import line_of
from lamis.web.visits import Sent, Signed, Visit

router = APIRouter(prefix="/blocking")
ROOM = "blocking"
PER_PAGE = 50
DRIFTS, MOST_DRIFTS, NAMED = 5, 50, 2


@router.get("")
def ledger_page(visit: Signed) -> Response:
    query = query_of(visit, "/blocking")
    with visit.read() as session:
        visit = visit.narrowed(session)
        error = ""
        try:
            page = _ledger(session, visit, query, wanted_of(query, visit))
        except Invalid as wrong:
            error = wrong.message
            page = _ledger(session, visit, Query("/blocking"), BlockFilter(standing=True), error=error)
        return visit.page(
            session,
            "blocking/ledger.html",
            room=ROOM,
            page=page,
            status=422 if error else 200,
            refresh_s=None if error else visit.runtime.settings.ui_refresh_s,
        )


@router.get("/{block_id}")
def block_page(visit: Signed, block_id: str) -> Response:
    with visit.read() as session:
        block = queries.block_by_id(session, visit.actor.full_scope, block_id)
        pulled = queries_lists.newest_pulls(session, visit.actor.full_scope)
        shown = block_values(block, pulled=pulled)["receipts"]
        assert isinstance(shown, list)
        line = line_of(visit, block)
        published = shown[0] if block.is_list_only else None
        if visit.wants_part:
            return visit.part("blocking/block_part.html", line=line, published=published)
        return visit.page(
            session,
            "blocking/block.html",
            room=ROOM,
            line=line,
            published=published,
            lasting=LASTING,
            refresh_s=None if line.is_settled else 5,
        )


@router.post("/reconcile")
def reconcile_sent(visit: Signed) -> Response:
    with visit.write() as session:
        count = actions.ask_reconcile(session, visit.actor, now=visit.now)
    visit.runtime.alarm("act")
    noun = "firewall is" if count == 1 else "firewalls are"
    return visit.go("/blocking", f"{count} {noun} being compared with what is wanted.")


@router.post("/{block_id}/lift")
def lift_sent(visit: Signed, block_id: str, form: Sent) -> Response:
    with visit.write() as session:
        why = form.text("why")
        block = actions.lift_block(session, visit.actor.narrow(None), block_id, why=why, now=visit.now)
        said = f"{block.network} is being unblocked; the page shows when it is read back as gone."
    visit.runtime.alarm("act")
    return visit.go(f"/blocking/{block_id}", said)


@router.post("/{block_id}/extend")
def extend_sent(visit: Signed, block_id: str, form: Sent) -> Response:
    lasts = lasting(seconds_of(form.text("lasts")))
    with visit.write() as session:
        block = actions.extend_block(session, visit.actor.narrow(None), block_id, lasts=lasts, now=visit.now)
        end = block.expires_ms
        until = "until it is lifted" if end is None else f"until {formats.exact(from_ms(end))}"
    return visit.go(f"/blocking/{block_id}", f"{block.network} is blocked {until}.")


def seconds_of(text: str) -> int | None:
    """Seconds as a form sends them; nothing is until lifted. Raises Invalid."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise Invalid("Choose how long it lasts.", field="lasts")
    return int(text)


def wanted_of(query: Query, visit: Visit) -> BlockFilter:
    """What the ledger's address asks for. Raises Invalid."""
    shown = next((params for value, _, params in SHOWN if value == query.value("show")), None)
    if shown is None:
        raise Invalid("There is no such list of blocks.", field="show")
    asked: Mapping[str, list[str]] = {
        name: [value for value in query.values(name) if (name, value) != ("tenant", "all")] for name in NAMES
    }
    merged = {**asked, **{name: [value] for name, value in shown.items()}}
    return parse_block_filter(merged, now=visit.now)


def _ledger(
    session: Session, visit: Visit, query: Query, wanted: BlockFilter, *, error: str = ""
) -> LedgerPage:
    scope, cursor = visit.actor.scope, query.value("cursor") or None
    found, after = queries.blocks(session, scope, wanted, cursor=cursor, limit=PER_PAGE)
    tenants = tenant_options(session, visit)
    first = Query(query.path, tuple(pair for pair in query.pairs if pair[0] != "cursor"))
    exports = Query("/blocking/export", first.pairs)
    boxes = [(each.id, each.name) for each in firewalls(session, scope, now=visit.now)]
    return LedgerPage(
        query=query,
        lines=[line_of(visit, block) for block in found],
        total=queries.block_count(session, scope, wanted),
        shown=[
            (
                label,
                query.narrow("show", value) if value else query.without("show"),
                value == query.value("show"),
            )
            for value, label, _ in SHOWN
        ],
        drifts=_drifts(queries_work.drifts(session, scope, limit=MOST_DRIFTS)),
        compared=_compared(session, visit),
        tenants=tenants if len(tenants) > 1 else (),
        firewalls=boxes,
        first_url=first.url if cursor else None,
        next_url=Query(first.path, (*first.pairs, ("cursor", after))).url if after else None,
        csv_url=exports.narrow("format", "csv"),
        ndjson_url=exports.narrow("format", "ndjson"),
        error=error,
        chips=chips(query, {"tenant": dict(tenants), "firewall": dict(boxes)}, words=WORDS),
        clear_url=query.only(("show",)),
        may_block=visit.actor.may(Permission.BLOCK),
        may_export=visit.actor.may(Permission.EXPORT_ALERTS),
        show_tenant=visit.actor.sees_several and len(tenants) > 1,
    )


def _drifts(found: Sequence[queries_work.DriftLine]) -> list[DriftSentence]:
    """A sentence for each comparison that found something, the newest first."""
    together = groupby(found, key=lambda line: (line.firewall_id, line.at_ms))
    return [_drift(list(lines)) for _, lines in islice(together, DRIFTS)]


def _drift(lines: Sequence[queries_work.DriftLine]) -> DriftSentence:
    line, count = lines[0], sum(each.n for each in lines)
    named = [each.network for each in lines if each.network]
    what = " and ".join(named) if 0 < len(named) == count <= NAMED else f"{count:,} entries"
    verb = "was" if count == 1 else "were"
    words = f"{what} {verb} missing on {line.firewall} at {formats.clock(from_ms(line.at_ms))} UTC, put back."
    return DriftSentence(line.firewall, f"/firewalls/{line.firewall_id}", from_ms(line.at_ms), words)


def _compared(session: Session, visit: Visit) -> list[ComparedLine]:
    work = queries_work.work_of(session, visit.actor.scope)
    return [
        ComparedLine(
            name=each.name,
            url=f"/firewalls/{each.id}",
            wanted=None if row is None else row.wanted,
            foreign=None if row is None else row.foreign_entries,
            compared_at=None if row is None or row.reconciled_ms is None else from_ms(row.reconciled_ms),
            error=None if row is None else row.error,
        )
        for each in firewalls(session, visit.actor.scope, now=visit.now)
        for row in (work.get(each.key),)
    ]
