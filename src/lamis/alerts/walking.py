"""Running a selection: merged walks over its arms, and raw counts."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from heapq import merge
from itertools import islice

from lamis.alerts.selection import Selection
from lamis.storage.raw import Raw

_TYPES = {int: "bigint", bytes: "bytea", str: "text"}
_DESCENDING = " ORDER BY {key} DESC"


def newest_keys(
    connection: Raw,
    selection: Selection,
    *,
    limit: int,
    below: int | None = None,
    skip: int = 0,
) -> list[int]:
    """The highest matching keys under `below`, after the first `skip` of them."""
    highest = selection.highest if below is None else min(selection.highest, below)
    if connection.is_postgres and len(selection.arms) > 1:
        return _newest_of_arms(connection, selection, limit=limit, highest=highest, skip=skip)
    if len(selection.arms) == 1:
        arm = selection.arms[0]
        sql = arm.sql(arm.key, _DESCENDING.format(key=arm.key) + " LIMIT ? OFFSET ?")
        rows = connection.execute(sql, (*arm.values(selection.lowest, highest), limit, skip))
        return [key for (key,) in rows]
    with _merged(connection, selection, highest) as keys:
        return list(islice(keys, skip, skip + limit))


def _newest_of_arms(
    connection: Raw, selection: Selection, *, limit: int, highest: int, skip: int
) -> list[int]:
    each, values = _each_arm(selection, "{key} AS key", " ORDER BY {key} DESC LIMIT ?")
    distinct = "" if selection.is_distinct else "DISTINCT "
    sql = f"SELECT {distinct}k.key FROM {each} ORDER BY 1 DESC LIMIT ? OFFSET ?"  # noqa: S608
    rows = connection.execute(sql, (*values(selection.lowest, highest), limit + skip, limit, skip))
    return [key for (key,) in rows]


def _each_arm(
    selection: Selection, columns: str, rest: str = "", *, with_alert: bool = False
) -> tuple[str, Callable[[int, int], tuple[object, ...]]]:
    """All arms of a selection as one table `k` for PostgreSQL, and the values it takes between two keys.

    They are alike but for the values of their leads. (SQLite walks many arms side by side for less.)
    """
    first = selection.arms[0]
    lead, places = first.lead, range(len(first.lead_values))
    for place in places:
        lead = lead.replace("?", f"l.v{place}", 1)
    lists = ", ".join(f"?::{_TYPES[type(value)]}[]" for value in first.lead_values)
    arm = replace(first, lead=lead, lead_values=())
    sql = arm.sql(columns.format(key=arm.key), rest.format(key=arm.key), with_alert=with_alert)
    columns_of_leads = [[arm.lead_values[place] for arm in selection.arms] for place in places]
    return (
        f"unnest({lists}) l({', '.join(f'v{place}' for place in places)}) CROSS JOIN LATERAL ({sql}) k",
        lambda lowest, highest: (*columns_of_leads, *arm.values(lowest, highest)),
    )


@contextmanager
def _merged(connection: Raw, selection: Selection, highest: int) -> Iterator[Iterator[int]]:
    cursors = []
    try:
        for arm in selection.arms:
            sql = arm.sql(arm.key, _DESCENDING.format(key=arm.key))
            cursors.append(connection.execute(sql, arm.values(selection.lowest, highest)))
        yield _each_once(merge(*cursors, reverse=True))
    finally:
        for cursor in cursors:
            cursor.close()


def _each_once(rows: Iterable[tuple[int]]) -> Iterator[int]:
    last = None
    for (key,) in rows:
        if key != last:
            yield key
        last = key


def raw_count(connection: Raw, selection: Selection, lowest: int, highest: int) -> int:
    """The exact number of matches between two keys, counted one by one."""
    lowest, highest = max(lowest, selection.lowest), min(highest, selection.highest)
    if connection.is_postgres and len(selection.arms) > 1:
        each, values = _each_arm(selection, "{key} AS key")
        counted = "count(*)" if selection.is_distinct else "count(DISTINCT k.key)"
        sql = f"SELECT {counted} FROM {each}"  # noqa: S608
        row = connection.execute(sql, values(lowest, highest)).fetchone()
        return int(row[0])
    if not selection.is_distinct:
        with _merged(connection, selection, highest) as keys:
            return sum(1 for key in keys if key >= lowest)
    total = 0
    for arm in selection.arms:
        row = connection.execute(arm.sql("count(*)"), arm.values(lowest, highest)).fetchone()
        total += row[0]
    return total


def raw_groups(
    connection: Raw, selection: Selection, group: str, lowest: int, highest: int
) -> dict[tuple[int, int], int]:
    """Matches between two keys by (`group`, severity); `group` is an expression over the alert `a`."""
    lowest, highest = max(lowest, selection.lowest), min(highest, selection.highest)
    if connection.is_postgres and len(selection.arms) > 1:
        made = f"{{key}} AS key, {group} AS at, a.severity"
        each, values = _each_arm(selection, made, with_alert=True)
        counted = "count(*)" if selection.is_distinct else "count(DISTINCT k.key)"
        sql = f"SELECT k.at, k.severity, {counted} FROM {each} GROUP BY 1, 2"  # noqa: S608
        return {(at, severity): n for at, severity, n in connection.execute(sql, values(lowest, highest))}
    found: dict[tuple[int, int], int] = {}
    seen: set[int] = set()
    for arm in selection.arms:
        if selection.is_distinct:
            sql = arm.sql(f"{group}, +a.severity, count(*)", " GROUP BY 1, 2", with_alert=True)
            rows: Iterable[tuple[int, int, int]] = connection.execute(sql, arm.values(lowest, highest))
        else:
            sql = arm.sql(f"{group}, a.severity, a.key", with_alert=True)
            rows = _unseen(connection.execute(sql, arm.values(lowest, highest)), seen)
        for at, severity, n in rows:
            found[at, severity] = found.get((at, severity), 0) + n
    return found


def _unseen(rows: Iterable[tuple[int, int, int]], seen: set[int]) -> Iterator[tuple[int, int, int]]:
    for at, severity, key in rows:
        if key not in seen:
            seen.add(key)
            yield at, severity, 1
