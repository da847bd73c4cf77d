"""Running a selection: merged walks over its arms, and raw counts."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from heapq import merge
from itertools import islice

from lamis.alerts.selection import Selection

_DESCENDING = " ORDER BY {key} DESC"


def newest_keys(
    connection: sqlite3.Connection,
    selection: Selection,
    *,
    limit: int,
    below: int | None = None,
    skip: int = 0,
) -> list[int]:
    """The highest matching keys under `below`, after the first `skip` of them."""
    highest = selection.highest if below is None else min(selection.highest, below)
    if len(selection.arms) == 1:
        arm = selection.arms[0]
        sql = arm.sql(arm.key, _DESCENDING.format(key=arm.key) + " LIMIT ? OFFSET ?")
        rows = connection.execute(sql, (*arm.values(selection.lowest, highest), limit, skip))
        return [key for (key,) in rows]
    with _merged(connection, selection, highest) as keys:
        return list(islice(keys, skip, skip + limit))


@contextmanager
def _merged(connection: sqlite3.Connection, selection: Selection, highest: int) -> Iterator[Iterator[int]]:
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


def raw_count(connection: sqlite3.Connection, selection: Selection, lowest: int, highest: int) -> int:
    """The exact number of matches between two keys, counted one by one."""
    lowest, highest = max(lowest, selection.lowest), min(highest, selection.highest)
    if not selection.is_distinct:
        with _merged(connection, selection, highest) as keys:
            return sum(1 for key in keys if key >= lowest)
    total = 0
    for arm in selection.arms:
        row = connection.execute(arm.sql("count(*)"), arm.values(lowest, highest)).fetchone()
        total += row[0]
    return total


def raw_groups(
    connection: sqlite3.Connection, selection: Selection, group: str, lowest: int, highest: int
) -> dict[tuple[int, int], int]:
    """Matches between two keys by (`group`, severity); `group` is an expression over the alert `a`."""
    found: dict[tuple[int, int], int] = {}
    lowest, highest = max(lowest, selection.lowest), min(highest, selection.highest)
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
