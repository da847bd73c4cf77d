"""From what the queries answer to the rows, chips and empty states of pages."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from lamis.alerts import results
from lamis.base.clock import from_ms
from lamis.base.params import Params
from lamis.blocking.queries import marks
from lamis.connections import queries
from lamis.connections.queries_balance import balance
from lamis.connections.types import HealthWord, SourceState
from lamis.connections.types import SystemStatus as Status
from lamis.tenants import queries as tenants
from lamis.views.links import Query
from lamis.views.pages import Emptiness, SourceProblem, SystemStatus, Why
from lamis.views.rows import AlertRow, alert_row
from lamis.web.visits import Visit


def params_of(query: Query) -> Params:
    """The query's values by name, as filters read them; `tenant=all` widens the page and is no filter."""
    found: dict[str, list[str]] = {}
    for name, value in query.pairs:
        if (name, value) == ("tenant", "all"):
            continue
        found.setdefault(name, []).append(value)
    return found


def query_of(visit: Visit, path: str) -> Query:
    """The query of this visit, on `path`."""
    return Query.parse(path, visit.request.url.query)


def rows_of(session: Session, visit: Visit, found: Sequence[results.AlertRow]) -> list[AlertRow]:
    """Lines of a list, those whose address is blocked marked."""
    places = [(each.tenant_id, each.source_address) for each in found if each.source_address]
    found_marks = marks(session, visit.actor.full_scope, places)
    return [alert_row(each, found_marks.get((each.tenant_id, each.source_address or ""))) for each in found]


def tenant_options(session: Session, visit: Visit) -> list[tuple[str, str]]:
    return [(each.id, each.name) for each in tenants.tenants(session, visit.actor.scope)]


def connection_options(session: Session, visit: Visit) -> list[tuple[str, str]]:
    """Every source a filter may name, removed ones labelled."""
    return [
        (id_, name if state is SourceState.ACTIVE else f"{name} ({state.value})")
        for id_, name, state in queries.source_names(session, visit.actor.scope)
    ]


def status_page(status: Status, *, detail: str = "", may_add: bool = True) -> SystemStatus:
    """The system status as the overview shows it.

    Where all collecting rests, that is told once, by the banner of every page, not for each source.
    """
    problems = [
        SourceProblem(
            name=source.name,
            reason=source.health.sentence,
            url=f"/sources/{source.id}",
            since=None if source.last_good_ms is None else from_ms(source.last_good_ms),
            cure="" if source.health.word is HealthWord.FAILING else source.health.cure,
        )
        for source in status.troubled
        if source.health.word is not HealthWord.RESTING
    ]
    return SystemStatus(
        working=status.good,
        active=status.active,
        problems=problems,
        detail=status.resting or detail,
        may_add=may_add,
    )


def emptiness(
    session: Session, visit: Visit, *, filters: int, clear_url: str, status: SystemStatus, since_ms: int
) -> Emptiness:
    """Why a list is empty: all quiet, or a problem? The windows tell."""
    if not status.active:
        return Emptiness(Why.NO_SOURCES, may_add=status.may_add)
    if filters:
        return Emptiness(Why.FILTERED, filters=filters, clear_url=clear_url)
    if status.problems:
        return Emptiness(Why.PROBLEM, problem=status.problems[0])
    if status.state == "bad":
        return Emptiness(Why.PROBLEM, problem=SourceProblem("Collecting", status.detail, "/sources"))
    found = balance(session, visit.actor.scope, since_ms=since_ms)
    if found.waiting or found.missing:
        share = 1 - found.waiting / found.windows if found.windows else None
        return Emptiness(Why.READING, progress=share)
    sources = queries.sources(session, visit.actor.scope, now=visit.now)
    read = [each.last_good_ms for each in sources if each.last_good_ms is not None]
    newest = [each.newest_ms for each in sources if each.newest_ms is not None]
    return Emptiness(
        Why.QUIET,
        read_at=from_ms(min(read)) if read else None,
        newest_at=from_ms(max(newest)) if newest else None,
    )
