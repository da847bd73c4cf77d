"""What is new: alerts that match a filter and that the journal brought after some numbers."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from sqlalchemy.orm import Session

from lamis.alerts.results import AlertRow, LiveRow, News
from lamis.alerts.rows import rows_of
from lamis.alerts.selection import select_alerts, select_news
from lamis.alerts.types import Filter, Severity
from lamis.alerts.walking import newest_keys
from lamis.base.ids import alert_key
from lamis.base.scope import Scope
from lamis.storage.raw import Raw, driver

MOST_COUNTED = 10_000
_DASHBOARD_SEVERITY = {Severity.LOW: 1, Severity.MEDIUM: 3, Severity.HIGH: 4, Severity.CRITICAL: 5}
_DEVICES = (
    "SELECT a.key, a.device_ref FROM @keys(j) @then alert a ON a.key = j.value WHERE a.device_ref IS NOT NULL"
)


def news(
    session: Session, scope: Scope, wanted: Filter, since: Mapping[int, int], *, most: int = 500
) -> News:
    """Matches that tenants stored after the numbers in `since` (by tenant key; others are not looked at).

    It costs what came since, not what is stored.
    """
    connection = driver(session)
    selection = select_news(connection, scope, wanted, since)
    keys: list[int] = []
    for arm in selection.arms:
        values = (*arm.values(selection.lowest, selection.highest), MOST_COUNTED - len(keys))
        keys += [key for (key,) in connection.execute(arm.sql(arm.key, " LIMIT ?"), values)]
    if len(keys) > most:
        return News((), len(keys))
    return News(_live_rows(connection, sorted(keys, reverse=True)), len(keys))


def stored_after(
    session: Session, scope: Scope, wanted: Filter, since: Mapping[int, int], *, chunk: int = 1000
) -> Iterator[list[AlertRow]]:
    """All matches that tenants stored after the numbers in `since`, newest first, in chunks."""
    connection = driver(session)
    selection = select_news(connection, scope, wanted, since)
    below: int | None = None
    while selection.arms:
        keys = newest_keys(connection, selection, limit=chunk, below=below)
        if not keys:
            return
        yield rows_of(connection, keys)
        below = keys[-1]


def newest(session: Session, scope: Scope, wanted: Filter, *, most: int) -> list[LiveRow]:
    """The newest matches, as rows of the socket."""
    connection = driver(session)
    selection = select_alerts(connection, scope, wanted)
    return _live_rows(connection, newest_keys(connection, selection, limit=most) if selection.arms else [])


def _live_rows(connection: Raw, keys: Sequence[int]) -> list[LiveRow]:
    devices = dict(connection.execute(_DEVICES, (connection.listed(keys),)).fetchall())
    return [
        LiveRow(
            **msgspec.structs.asdict(row)
            | {
                "severity": _DASHBOARD_SEVERITY[Severity(row.severity)],
                "device_id": devices.get(alert_key(row.id)),
                "alert_type": row.rule,
                "summary": row.title,
            }
        )
        for row in rows_of(connection, keys)
    ]
