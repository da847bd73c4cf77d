"""Counts: whole quarters of an hour and hours from the kept counts, the edges one by one."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lamis.alerts.arms import ABOVE_ALL, Value, all_tenants
from lamis.alerts.rules import first_key, key_ms
from lamis.alerts.selection import Selection
from lamis.alerts.walking import raw_count, raw_groups
from lamis.base.clock import EPOCH_2000_MS, HOUR_MS, QUARTER_MS
from lamis.storage.raw import Raw

_END_OF_KEYS = key_ms(ABOVE_ALL)
_WHOLE_MS = HOUR_MS << 31  # one bucket that holds all times
_MOST_SEEKS = 20_000
# Matches that a page counts one by one where kept counts cannot answer: forty pages.
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Stretch:
    """Matches between two keys (half-open)."""

    lowest: int
    highest: int
    n: int


def count_of(connection: Raw, selection: Selection) -> int:
    """The exact number of matches."""
    if not selection.arms:
        return 0
    first, last = _whole_buckets(selection, QUARTER_MS)
    if selection.is_plain and first < last:
        low, high = first_key(first * QUARTER_MS), first_key(last * QUARTER_MS)
        where, values = _kept_where(selection)
        kept = connection.execute(
            "SELECT CAST(coalesce(sum(c.n), 0) AS BIGINT) FROM @keys(t)"  # noqa: S608
            " @then alert_count c ON c.tenant_key = t.value"
            f" WHERE c.quarter >= ? AND c.quarter < ?{where}",
            (_listed(connection, selection), first, last, *values),
        ).fetchone()
        edges = ((selection.lowest, low), (high, selection.highest))
        return int(kept[0]) + sum(_raw(connection, selection, *edge).n for edge in edges)
    return sum(stretch.n for stretch in stretches(connection, selection))


def stretches(connection: Raw, selection: Selection) -> Iterator[Stretch]:
    """The matches in stretches, newest first: raw edges, and kept buckets between them."""
    step = _step(selection)
    first, last = _whole_buckets(selection, step)
    if step is None or first >= last:
        yield _raw(connection, selection, selection.lowest, selection.highest)
        return
    low, high = first_key(first * step), first_key(last * step)
    yield _raw(connection, selection, high, selection.highest)
    kept = _kept_hours if selection.label is not None else _kept_quarters
    for bucket, n in kept(connection, selection, first, last):
        yield Stretch(first_key(bucket * step), first_key((bucket + 1) * step), n)
    yield _raw(connection, selection, selection.lowest, low)


def severities_of(connection: Raw, selection: Selection) -> Counter[int]:
    """The exact numbers of matches by severity."""
    found: Counter[int] = Counter()
    for (_, severity), n in quarters_of(connection, selection, _WHOLE_MS).items():
        found[severity] += n
    return found


def quarters_of(connection: Raw, selection: Selection, step_ms: int) -> Counter[tuple[int, int]]:
    """The exact numbers of matches by (bucket of `step_ms` since 1970, severity)."""
    found: Counter[tuple[int, int]] = Counter()
    if not selection.arms:
        return found
    group = f"((a.key >> 20) + {EPOCH_2000_MS}) / {step_ms}"
    step = _step(selection)
    first, last = _whole_buckets(selection, step)
    if step is None or first >= last or step_ms % step:
        found.update(raw_groups(connection, selection, group, selection.lowest, selection.highest))
        return found
    low, high = first_key(first * step), first_key(last * step)
    if high < selection.highest:
        found.update(raw_groups(connection, selection, group, high, selection.highest))
    before = _before(selection, first, step)
    if before is None:
        found.update(raw_groups(connection, selection, group, selection.lowest, low))
    else:
        first -= 1
        found.subtract(raw_groups(connection, before, group, before.lowest, before.highest))
    kept = _severities_of_hours if selection.label is not None else _severities_of_quarters
    for at, severity, n in kept(connection, selection, first, last):
        found[at * step // step_ms, severity] += n
    return found


def _before(selection: Selection, first: int, step: int) -> Selection | None:
    """What the bucket before `first` holds of older alerts, where that is the shorter side of it."""
    lowest = first_key((first - 1) * step)
    if selection.lowest - lowest >= first_key(first * step) - selection.lowest:
        return None
    return replace(selection, lowest=lowest, highest=selection.lowest)


def _step(selection: Selection) -> int | None:
    if selection.is_plain:
        return QUARTER_MS
    return HOUR_MS if selection.label is not None else None


def _whole_buckets(selection: Selection, step: int | None) -> tuple[int, int]:
    """The buckets that lie wholly in the selection's time: the first, and the one after the last."""
    if step is None:
        return 0, 0
    first = -(-key_ms(selection.lowest) // step)
    last = _END_OF_KEYS if selection.highest >= ABOVE_ALL else key_ms(selection.highest)
    return first, last // step


def _raw(connection: Raw, selection: Selection, lowest: int, highest: int) -> Stretch:
    n = raw_count(connection, selection, lowest, highest) if lowest < highest else 0
    return Stretch(lowest, highest, n)


def _kept_quarters(connection: Raw, selection: Selection, first: int, last: int) -> Iterator[tuple[int, int]]:
    where, values = _kept_where(selection)
    return iter(
        connection.execute(
            "SELECT c.quarter, CAST(sum(c.n) AS BIGINT) FROM @keys(t)"  # noqa: S608
            " @then alert_count c ON c.tenant_key = t.value"
            f" WHERE c.quarter >= ? AND c.quarter < ?{where} GROUP BY 1 ORDER BY 1 DESC",
            (_listed(connection, selection), first, last, *values),
        )
    )


def _severities_of_quarters(
    connection: Raw, selection: Selection, first: int, last: int
) -> Iterator[tuple[int, int, int]]:
    where, values = _kept_where(selection)
    return iter(
        connection.execute(
            "SELECT c.quarter, c.severity, CAST(sum(c.n) AS BIGINT) FROM @keys(t)"  # noqa: S608
            " @then alert_count c ON c.tenant_key = t.value"
            f" WHERE c.quarter >= ? AND c.quarter < ?{where} GROUP BY 1, 2",
            (_listed(connection, selection), first, last, *values),
        )
    )


def _kept_hours(connection: Raw, selection: Selection, first: int, last: int) -> Iterator[tuple[int, int]]:
    found: Counter[int] = Counter()
    for hour, _, n in _severities_of_hours(connection, selection, first, last):
        found[hour] += n
    return iter(sorted(found.items(), reverse=True))


def _severities_of_hours(
    connection: Raw, selection: Selection, first: int, last: int
) -> Iterator[tuple[int, int, int]]:
    """The counts of the selection's one label by hour and severity."""
    joined, values = facets_of_hours(connection, _tenants(connection, selection), first, last)
    sql = f"SELECT f.hour, f.severity, f.n FROM {joined} AND f.label_key = ?"  # noqa: S608
    return iter(connection.execute(sql, (*values, selection.label)))


def facets_of_hours(
    connection: Raw, tenants: Sequence[int], first: int, last: int
) -> tuple[str, tuple[object, ...]]:
    """The hourly counts `f` of `tenants` over some hours: what follows FROM, and its values.

    A condition on `f.label_key` may follow. It is sought in each hour, which is far less than walking
    all labels of all hours; only over very many hours is it the other way round.
    """
    oldest, newest = connection.execute(
        "SELECT min((SELECT min(hour) FROM alert_facet WHERE tenant_key = t.value)),"
        " max((SELECT max(hour) FROM alert_facet WHERE tenant_key = t.value)) FROM @keys(t)",
        (connection.listed(tenants),),
    ).fetchone()
    hours = range(0) if oldest is None else range(max(first, oldest), min(last, newest + 1))
    if len(hours) <= _MOST_SEEKS:
        return (
            "@keys(h) CROSS JOIN @keys(t) @then alert_facet f ON f.tenant_key = t.value AND f.hour = h.value",
            (connection.listed(hours), connection.listed(tenants)),
        )
    return (
        "@keys(t) @then alert_facet f ON f.tenant_key = t.value AND f.hour >= ? AND f.hour < ?",
        (connection.listed(tenants), first, last),
    )


def _kept_where(selection: Selection) -> tuple[str, tuple[Value, ...]]:
    where, values = "", list[Value]()
    for column, keys in (("connection_key", selection.connections), ("severity", selection.severities)):
        if keys is not None:
            where += f" AND c.{column} IN ({','.join('?' * len(keys))})"
            values += keys
    if not selection.with_findings:
        where += " AND NOT c.is_finding"
    return where, tuple(values)


def _tenants(connection: Raw, selection: Selection) -> tuple[int, ...]:
    return selection.tenants if selection.tenants is not None else all_tenants(connection)


def _listed(connection: Raw, selection: Selection) -> object:
    return connection.listed(_tenants(connection, selection))
