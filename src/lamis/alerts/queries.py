"""Lists, pages and counts of alerts. A page costs the same however many alerts there are."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lamis.alerts import counting
from lamis.alerts.counting import MOST_COUNTED
from lamis.alerts.queries_bars import bars, buckets
from lamis.alerts.queries_ledger import recount
from lamis.alerts.queries_single import alert_by_key, alert_by_origin, around
from lamis.alerts.queries_top import top
from lamis.alerts.results import Bucket, NumberedPage, Page, SourceDocumentsPage
from lamis.alerts.rows import rows_of
from lamis.alerts.rules import first_key
from lamis.alerts.selection import Selection, active_connections, select_alerts, select_documents
from lamis.alerts.source_documents import documents_of
from lamis.alerts.types import Filter, Severity
from lamis.alerts.walking import newest_keys
from lamis.base.clock import DAY_MS, QUARTER_MS, span_ms, to_ms
from lamis.base.errors import Invalid, NotFound
from lamis.base.ids import alert_id, alert_key
from lamis.base.scope import Scope
from lamis.storage.raw import driver

__all__ = [
    "alert_by_key",
    "alert_by_origin",
    "around",
    "bars",
    "count",
    "histogram",
    "numbered_page",
    "page",
    "recount",
    "severity_counts",
    "source_documents_page",
    "top",
]


def page(
    session: Session, scope: Scope, wanted: Filter, *, cursor: str | None = None, limit: int = 100
) -> Page:
    """The newest `limit` (at least 1) matches, or those after `cursor`, the `next` of the page before.

    Following `next` to its end gives every match once, also while new alerts arrive above.
    Raises Invalid for a cursor that is none.
    """
    connection = driver(session)
    below = None if cursor is None else _key_of_cursor(cursor)
    selection = select_alerts(connection, scope, wanted)
    keys = newest_keys(connection, selection, limit=limit + 1, below=below) if selection.arms else []
    shown = keys[:limit]
    more = alert_id(shown[-1]) if len(keys) > limit else None
    return Page(rows_of(connection, shown), more)


def _key_of_cursor(cursor: str) -> int:
    try:
        return alert_key(cursor)
    except NotFound:
        raise Invalid("The cursor is not one of ours; start again without it.", field="cursor") from None


def numbered_page(
    session: Session, scope: Scope, wanted: Filter, *, number: int, size: int = 25, most: int = MOST_COUNTED
) -> NumberedPage:
    """Page `number` (from 1), newest first; below 1 the first, past the end the last.

    Where kept counts cannot answer, matches are counted up to `most` (a multiple of `size`), or as far as
    the page lies.
    """
    connection = driver(session)
    selection = select_alerts(connection, scope, wanted)
    number = max(number, 1)
    if not selection.is_kept:
        newest = newest_keys(connection, selection, limit=most + 1)
        if len(newest) <= most:
            return _exact_page(session, newest, number=number, size=size)
        if number * size <= most:
            return _open_page(session, newest[(number - 1) * size :], number=number, size=size, least=most)
        there = newest_keys(connection, selection, limit=size + 1, skip=(number - 1) * size)
        if there:
            return _open_page(session, there, number=number, size=size, least=most)
    total = counting.count_of(connection, selection)
    pages = max(1, -(-total // size))
    number = min(number, pages)
    keys = _keys_from(session, selection, (number - 1) * size, size)
    return NumberedPage(rows_of(connection, keys), number, pages, total)


def _exact_page(session: Session, keys: list[int], *, number: int, size: int) -> NumberedPage:
    """A page of all the matches."""
    pages = max(1, -(-len(keys) // size))
    number = min(number, pages)
    shown = keys[(number - 1) * size : number * size]
    return NumberedPage(rows_of(driver(session), shown), number, pages, len(keys))


def _open_page(session: Session, keys: list[int], *, number: int, size: int, least: int) -> NumberedPage:
    """The page that begins with `keys`, of a list of at least `least`; one more key says that more follow."""
    shown = keys[:size]
    total = max(least, (number - 1) * size + len(shown))
    rows = rows_of(driver(session), shown)
    return NumberedPage(rows, number, -(-total // size), total, is_more=len(keys) > size)


def _keys_from(session: Session, selection: Selection, offset: int, limit: int) -> list[int]:
    """The keys at places `offset` and on: kept counts say where to start walking."""
    connection = driver(session)
    if not selection.arms:
        return []
    below, left = None, offset
    for stretch in counting.stretches(connection, selection) if offset and selection.is_kept else ():
        below = stretch.highest
        if left < stretch.n:
            break
        left -= stretch.n
        below = stretch.lowest
    return newest_keys(connection, selection, limit=limit, below=below, skip=left)


def count(session: Session, scope: Scope, wanted: Filter) -> int:
    """The exact number of matches."""
    connection = driver(session)
    return counting.count_of(connection, select_alerts(connection, scope, wanted))


def severity_counts(session: Session, scope: Scope, wanted: Filter) -> dict[Severity, int]:
    """The exact number of matches of each severity."""
    connection = driver(session)
    found = counting.severities_of(connection, select_alerts(connection, scope, wanted))
    return {severity: found[severity] for severity in Severity}


def histogram(session: Session, scope: Scope, wanted: Filter, *, step: timedelta) -> list[Bucket]:
    """The exact numbers of matches in bars of `step`, a multiple of 15 minutes; oldest first, none left out.

    `wanted.since` and `wanted.until` must be set; the first and last bar hold only what lies between.
    """
    assert wanted.since is not None
    assert wanted.until is not None
    step_ms = span_ms(step)
    assert step_ms > 0
    assert step_ms % QUARTER_MS == 0
    connection = driver(session)
    selection = select_alerts(connection, scope, wanted)
    found = counting.quarters_of(connection, selection, step_ms)
    return buckets(found, to_ms(wanted.since), to_ms(wanted.until), step_ms)


def source_documents_page(
    session: Session, scope: Scope, *, number: int, size: int, now: datetime
) -> SourceDocumentsPage:
    """Source documents of active connections in the last 24 hours, newest first; `number` from 1."""
    connection = driver(session)
    tenants = None if scope.tenant_keys is None else tuple(sorted(scope.tenant_keys))
    sources = active_connections(connection, tenants)
    selection = select_documents(tenants, sources, first_key(to_ms(now) - DAY_MS))
    total = counting.count_of(connection, selection)
    keys = _keys_from(session, selection, (number - 1) * size, size) if (number - 1) * size < total else []
    return SourceDocumentsPage(documents_of(session, keys), total)
