"""The most frequent values: from the hourly counts where they can answer, else of the newest matches."""

from array import array
from collections import Counter
from collections.abc import Sequence

from sqlalchemy.orm import Session

from lamis.alerts.arms import ABOVE_ALL, all_tenants
from lamis.alerts.counting import facets_of_hours
from lamis.alerts.results import Top, TopItem
from lamis.alerts.rules import key_ms, label_range, label_text
from lamis.alerts.selection import Selection, select_alerts
from lamis.alerts.types import Filter
from lamis.alerts.walking import newest_keys
from lamis.base.clock import HOUR_MS
from lamis.base.errors import Invalid
from lamis.base.scope import Scope
from lamis.storage.raw import Raw, driver

KINDS = ("rule", "device", "user", "group", "mitre", "address", "connection")
_SAMPLE = 10_000
_LAST_HOUR = key_ms(ABOVE_ALL) // HOUR_MS


def top(session: Session, scope: Scope, wanted: Filter, kind: str, *, limit: int = 10) -> Top:
    """The `limit` most frequent values of `kind` (one of KINDS); "address" is the source's.

    Without other filters than time and tenant, whole hours are counted, those of `since` and `until`
    included; else the newest 10,000 matches, and the answer says so. Raises Invalid for another kind.
    """
    if kind not in KINDS:
        raise Invalid(f"There is no top of {kind!r}; ask for {', '.join(KINDS)}.", field="by")
    connection = driver(session)
    selection = select_alerts(connection, scope, wanted)
    if not selection.arms:
        return Top([])
    narrowed = selection.connections is not None or selection.severities is not None
    if selection.is_plain and not narrowed:
        return Top(_of_hours(connection, selection, kind, limit))
    keys = newest_keys(connection, selection, limit=_SAMPLE)
    sampled = _SAMPLE if len(keys) == _SAMPLE else None
    return Top(_of_alerts(connection, keys, kind, limit), sampled)


def newest_titles(session: Session, scope: Scope, rules: Sequence[str]) -> dict[str, str]:
    """The title of the newest alert of each of `rules` in scope: a number alone tells nobody anything."""
    connection = driver(session)
    tenants = all_tenants(connection) if scope.tenant_keys is None else sorted(scope.tenant_keys)
    rows = connection.execute(
        "SELECT s.text, a.title FROM (SELECT l.text AS text, max((SELECT max(g.alert_key) FROM alert_tag g"
        " WHERE g.tenant_key = t.value AND g.label_key = l.key)) AS newest"
        " FROM label l CROSS JOIN @keys(t) WHERE l.kind = 'rule'"
        " AND l.text @is_any_text GROUP BY l.key) s"
        " @then alert a ON a.key = s.newest",
        (connection.listed(tenants), connection.listed([label_text(rule) for rule in rules])),
    )
    return dict(rows.fetchall())


def _of_hours(connection: Raw, selection: Selection, kind: str, limit: int) -> list[TopItem]:
    tenants = selection.tenants if selection.tenants is not None else all_tenants(connection)
    first = key_ms(selection.lowest) // HOUR_MS
    last = _LAST_HOUR if selection.highest >= ABOVE_ALL else -(-key_ms(selection.highest) // HOUR_MS)
    if kind == "connection":
        rows = connection.execute(
            "SELECT c.name, CAST(sum(n.n) AS BIGINT) FROM @keys(t)"
            " @then alert_count n ON n.tenant_key = t.value"
            " JOIN connection c ON c.key = n.connection_key WHERE n.quarter >= ? AND n.quarter < ?"
            " GROUP BY c.key ORDER BY 2 DESC, 1 LIMIT ?",
            (connection.listed(tenants), first * 4, last * 4, limit),
        )
    else:
        joined, values = facets_of_hours(connection, tenants, first, last)
        rows = connection.execute(
            "SELECT l.text, s.n FROM (SELECT f.label_key, CAST(sum(f.n) AS BIGINT) AS n"  # noqa: S608
            f" FROM {joined} AND f.label_key >= ? AND f.label_key < ? GROUP BY 1) s"
            " @then label l ON l.key = s.label_key ORDER BY 2 DESC, 1 LIMIT ?",
            (*values, *label_range(kind), limit),
        )
    return [TopItem(text, n) for text, n in rows]


def _of_alerts(connection: Raw, keys: list[int], kind: str, limit: int) -> list[TopItem]:
    rows = connection.execute(
        "SELECT a.connection_key, a.labels FROM @keys(j) @then alert a ON a.key = j.value",
        (connection.listed(keys),),
    )
    if kind == "connection":
        found = Counter(key for key, _ in rows)
        texts = "SELECT key, name FROM connection WHERE key @is_any_key"
        values: tuple[object, ...] = (connection.listed(found),)
    else:
        found = Counter(key for _, labels in rows for key in array("I", labels))
        texts = "SELECT key, text FROM label WHERE key @is_any_key AND kind = ?"
        values = (connection.listed(found), kind)
    items = [TopItem(text, found[key]) for key, text in connection.execute(texts, values)]
    return sorted(items, key=lambda item: (-item.n, item.text))[:limit]
