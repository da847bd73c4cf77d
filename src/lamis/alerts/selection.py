"""From a filter and a scope to what a query walks: names become keys, and the index that leads is chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lamis.alerts import rules, words
from lamis.alerts.arms import ABOVE_ALL, BY_CONNECTION, Arm, Wish, checks, leading_arms, news_arms
from lamis.alerts.types import Filter, Severity
from lamis.base.clock import to_ms
from lamis.base.names import folded, looked_up
from lamis.base.scope import Scope
from lamis.storage.raw import Raw

_LABELS = ("rule", "device", "user", "group", "mitre")


@dataclass(frozen=True, slots=True)
class Selection:
    """What a filter means in a scope. `lowest` and `highest` bound the keys (half-open).

    `tenants` None stands for all. `is_plain` says that the kept counts can answer; `label` is set
    where the hourly counts of that one label can. Arms that are not distinct may repeat an alert.
    """

    arms: tuple[Arm, ...]
    lowest: int
    highest: int
    tenants: tuple[int, ...] | None
    connections: tuple[int, ...] | None
    severities: tuple[int, ...] | None
    is_plain: bool
    label: int | None = None
    is_distinct: bool = True
    with_findings: bool = True

    @property
    def is_kept(self) -> bool:
        """Whether kept counts can answer; else every match must be looked at."""
        return self.is_plain or self.label is not None

    def without_findings(self) -> "Selection":
        """The same without findings of our own."""
        arms = tuple(replace(arm, checks=f"{arm.checks} AND NOT a.is_finding") for arm in self.arms)
        return replace(self, arms=arms, is_plain=False, label=None, with_findings=False)


def select_alerts(connection: Raw, scope: Scope, wanted: Filter) -> Selection:
    """The selection of `wanted`; without arms where nothing can match."""
    wish = _wish(connection, scope, wanted)
    lowest = 0 if wanted.since is None else rules.first_key(to_ms(wanted.since))
    highest = ABOVE_ALL if wanted.until is None else rules.first_key(to_ms(wanted.until))
    if wish is None:
        return Selection((), lowest, highest, (), None, None, is_plain=False)
    arms = leading_arms(connection, wish, lowest, highest)
    others = any(each is not None for each in (wish.min_level, wish.network, wish.incident, wish.match))
    labels = list(wish.labels.values())
    narrowed = wish.connections is not None or wish.severities is not None
    return Selection(
        arms=tuple(arms),
        lowest=lowest,
        highest=highest,
        tenants=wish.tenants,
        connections=wish.connections,
        severities=wish.severities,
        is_plain=not labels and not others,
        label=labels[0] if len(labels) == 1 and not others and not narrowed else None,
        is_distinct=wish.network is None or len(arms) == 1,
    )


def select_news(connection: Raw, scope: Scope, wanted: Filter, since: Mapping[int, int]) -> Selection:
    """The selection of `wanted` among what the tenants of `since` stored after a journal number."""
    wish = _wish(connection, scope, wanted)
    return Selection(
        arms=() if wish is None else tuple(news_arms(connection, wish, since)),
        lowest=0 if wanted.since is None else rules.first_key(to_ms(wanted.since)),
        highest=ABOVE_ALL if wanted.until is None else rules.first_key(to_ms(wanted.until)),
        tenants=() if wish is None else wish.tenants,
        connections=None,
        severities=None,
        is_plain=False,
    )


def select_documents(tenants: tuple[int, ...] | None, connections: Sequence[int], lowest: int) -> Selection:
    """The source documents (no findings) of some connections, from the key `lowest` on."""
    wish = Wish(tenants)
    where, values = checks(wish, lead="connection")
    return Selection(
        arms=tuple(
            Arm(
                BY_CONNECTION,
                "a.key",
                "a.connection_key = ?",
                (key,),
                f" AND NOT a.is_finding{where}",
                values,
            )
            for key in connections
        ),
        lowest=lowest,
        highest=ABOVE_ALL,
        tenants=tenants,
        connections=tuple(connections),
        severities=None,
        is_plain=True,
        with_findings=False,
    )


def active_connections(connection: Raw, tenants: tuple[int, ...] | None) -> tuple[int, ...]:
    """The connections that are polled."""
    rows = connection.execute(
        "SELECT key, tenant_key FROM connection WHERE is_active AND removed_ms IS NULL ORDER BY key"
    )
    return tuple(key for key, tenant in rows if tenants is None or tenant in tenants)


def _wish(connection: Raw, scope: Scope, wanted: Filter) -> Wish | None:
    tenants = _tenants(connection, scope, wanted)
    if tenants == ():
        return None
    wish = Wish(tenants)
    if wanted.connection_ids:
        wish.connections = _connections(connection, tenants, wanted.connection_ids)
        if not wish.connections:
            return None
    if wanted.severities and len(wanted.severities) < len(Severity):
        wish.severities = tuple(sorted(int(severity) for severity in wanted.severities))
    texts = {kind: text for kind in _LABELS if (text := getattr(wanted, kind)) is not None}
    if wanted.unreadable_only:
        texts["state"] = "unreadable"
    for kind, text in texts.items():
        key = _label(connection, kind, text)
        if key is None:
            return None
        wish.labels[kind] = key
    if wanted.min_level is not None:
        wish.min_level = wanted.min_level
        wish.levels = _levels(connection, wanted.min_level)
    if wanted.incident is not None:
        wish.incident = _incident(connection, scope, wanted.incident)
        if wish.incident is None:
            return None
    if wanted.network is not None:
        wish.network = rules.network_bounds(wanted.network)
    if wanted.text is not None:
        made = words.query_of if connection.is_postgres else rules.match_expression
        wish.match = made(wanted.text, tenants)
        if wish.match is None:
            return None
    return wish


def _tenants(connection: Raw, scope: Scope, wanted: Filter) -> tuple[int, ...] | None:
    if not wanted.tenant_ids:
        return None if scope.tenant_keys is None else tuple(sorted(scope.tenant_keys))
    found = set()
    for name in wanted.tenant_ids:
        rows = connection.execute(
            "SELECT key FROM tenant WHERE id = ? OR name_folded = ?", (name, folded(name))
        )
        found |= {key for (key,) in rows if scope.holds(key)}
    return tuple(sorted(found))


def _connections(connection: Raw, tenants: tuple[int, ...] | None, names: frozenset[str]) -> tuple[int, ...]:
    found = set()
    for name in names:
        rows = connection.execute(
            "SELECT key, tenant_key FROM connection WHERE id = ? OR name_folded @is_any_text",
            (name, connection.listed(looked_up(name))),
        )
        found |= {key for key, tenant in rows if tenants is None or tenant in tenants}
    return tuple(sorted(found))


def _incident(connection: Raw, scope: Scope, public_id: str) -> int | None:
    row = connection.execute("SELECT key, tenant_key FROM incident WHERE id = ?", (public_id,)).fetchone()
    return int(row[0]) if row is not None and scope.holds(row[1]) else None


def _label(connection: Raw, kind: str, text: str) -> int | None:
    row = connection.execute(
        "SELECT key FROM label WHERE kind = ? AND text = ?", (kind, rules.label_text(text))
    ).fetchone()
    return None if row is None else int(row[0])


def _levels(connection: Raw, lowest: int) -> tuple[int, ...]:
    rows = connection.execute(
        "SELECT key FROM label WHERE kind = 'level'"
        " AND CASE WHEN kind = 'level' THEN CAST(text AS NUMERIC) END >= ? ORDER BY key",
        (lowest,),
    )
    return tuple(key for (key,) in rows)
