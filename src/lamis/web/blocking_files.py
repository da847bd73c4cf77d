"""Blocks out of and into files: the ledger as CSV or NDJSON, and many addresses at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import orjson
from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response, StreamingResponse

from lamis.base.errors import Conflict, Invalid
from lamis.base.scope import Permission, Scope
from lamis.blocking import actions, queries, queries_lists
from lamis.blocking.networks import parse_network
from lamis.blocking.planning import Wish, lasting, tenant_for_block, tidy_reason
from lamis.blocking.shown import block_values, csv_head, csv_line
from lamis.blocking.types import Block, BlockFilter
from lamis.storage.runtime import Runtime
from lamis.views.blocking import LASTING, USUAL
from lamis.web.alert_rows import query_of, tenant_options
from lamis.web.blocking import ROOM, seconds_of, wanted_of
from lamis.web.forms import EMPTY, Form
from lamis.web.visits import Sent, Signed, Visit

router = APIRouter(prefix="/blocking")
MOST_LINES = 1000
_AT_ONCE = 500
_IN_ONE_COMMIT = 50


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one line."""

    text: str
    is_done: bool
    words: str


@router.get("/export")
def export(visit: Signed) -> Response:
    """What the ledger shows, whole, as a file."""
    visit.actor.require(Permission.EXPORT_ALERTS)
    query = query_of(visit, "/blocking")
    kind = query.value("format")
    if kind not in {"csv", "ndjson"}:
        raise Invalid("A ledger is exported as csv or ndjson.", field="format")
    with visit.read() as session:
        visit = visit.narrowed(session)
    scope = visit.actor.scope_of(Permission.EXPORT_ALERTS)
    chunks = _chunks(visit.runtime, scope, wanted_of(query, visit))
    lines = _csv(chunks) if kind == "csv" else _ndjson(visit.runtime, scope, chunks)
    media = "text/csv; charset=utf-8" if kind == "csv" else "application/x-ndjson"
    headers = {"Content-Disposition": f'attachment; filename="blocks.{kind}"'}
    return StreamingResponse(lines, media_type=media, headers=headers)


@router.get("/import")
def import_page(visit: Signed) -> Response:
    visit.actor.require(Permission.BLOCK)
    with visit.read() as session:
        return _page(session, visit, EMPTY)


@router.post("/import")
def import_sent(visit: Signed, form: Sent) -> Response:
    """Ask for a block of each line; those that cannot be are named, the others stand."""
    visit.actor.require(Permission.BLOCK)
    lines = [line.strip() for line in form.raw("addresses").splitlines() if line.strip()]
    try:
        reason = tidy_reason(form.text("reason"))
        lasts = lasting(seconds_of(form.text("lasts")))
        if not 0 < len(lines) <= MOST_LINES:
            raise Invalid(f"Give 1 to {MOST_LINES:,} lines, an address on each.", field="addresses")
        with visit.read() as session:
            tenant = tenant_for_block(session, visit.actor, form.text("tenant") or None)
        visit.actor.narrow(None).require(Permission.BLOCK, tenant.key)
    except Invalid as error:
        with visit.read() as session:
            return _page(session, visit, form, errors={error.field or "addresses": error.message})
    imported: list[Imported] = []
    for start in range(0, len(lines), _IN_ONE_COMMIT):
        with visit.write() as session:
            for line in lines[start : start + _IN_ONE_COMMIT]:
                wish = _wish_of(visit, line, reason, lasts)
                imported.append(
                    wish
                    if isinstance(wish, Imported)
                    else _asked(session, visit, line, wish, tenant_key=tenant.key)
                )
    visit.runtime.alarm("act")
    with visit.read() as session:
        return visit.page(session, "blocking/imported.html", room=ROOM, imported=imported, tenant=tenant.name)


def _wish_of(visit: Visit, line: str, reason: str, lasts: timedelta | None) -> Wish | Imported:
    try:
        return Wish(parse_network(line), reason, lasts, asked_from=visit.caller.address, is_confirmed=True)
    except Invalid as error:
        return Imported(line, False, error.message)


def _asked(session: Session, visit: Visit, line: str, wish: Wish, *, tenant_key: int) -> Imported:
    try:
        found = actions.request_block(
            session,
            visit.actor.narrow(None),
            wish,
            tenant_key=tenant_key,
            settings=visit.runtime.settings,
            now=visit.now,
        )
    except (Invalid, Conflict) as error:
        return Imported(line, False, error.message)
    return Imported(line, True, "is being blocked" if found.is_new else "was blocked already")


def _chunks(runtime: Runtime, scope: Scope, wanted: BlockFilter) -> Iterator[list[Block]]:
    cursor: str | None = None
    while True:
        with runtime.database.read() as session:
            found, cursor = queries.blocks(session, scope, wanted, cursor=cursor, limit=_AT_ONCE)
        yield found
        if cursor is None:
            return


def _csv(chunks: Iterator[list[Block]]) -> Iterator[str]:
    yield csv_head()
    for chunk in chunks:
        yield "".join(csv_line(block) for block in chunk)


def _ndjson(runtime: Runtime, scope: Scope, chunks: Iterator[list[Block]]) -> Iterator[bytes]:
    with runtime.database.read() as session:
        pulled = queries_lists.newest_pulls(session, scope)
    for chunk in chunks:
        yield b"".join(orjson.dumps(block_values(block, pulled=pulled)) + b"\n" for block in chunk)


def _page(session: Session, visit: Visit, form: Form, *, errors: dict[str, str] | None = None) -> Response:
    tenants = tenant_options(session, visit)
    lasts = form.text("lasts") if form.values("lasts") else USUAL
    return visit.page(
        session,
        "blocking/import.html",
        room=ROOM,
        status=422 if errors else 200,
        values={name: form.raw(name) for name in ("addresses", "reason", "tenant")} | {"lasts": lasts},
        errors=errors or {},
        tenants=tenants if len(tenants) > 1 else (),
        lasting=LASTING,
        most=MOST_LINES,
    )
