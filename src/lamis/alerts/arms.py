"""The ways into the alerts: which index leads, and what is checked on each row.

An arm is one walk down one index, newest first; several arms (one per tenant, severity, address) are
merged. The leading index is chosen here and fixed by the shape of the statement, because the planner,
which knows nothing of how rare a label is, would sort a whole history instead of walking its newest end.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from lamis.storage.raw import Raw

ABOVE_ALL = 1 << 62
BY_CONNECTION = "alert a@by(ix_alert_connection)"
_BY_TENANT = "alert a@by(ix_alert_tenant)"
_BY_SEVERITY = "alert a@by(ix_alert_tenant_severity)"
_BY_KEY = "alert a@by_none"
_BY_JOURNAL = "alert a@by(ix_alert_journal)"
_BY_INCIDENT = "alert a@by(ix_alert_incident)"
_MOST_ARMS = 500
_MOST_ADDRESSES = 300
_PROBED = 2000
_COLUMN = {"rule": "a.rule_label", "device": "a.device_label", "user": "a.user_label"}

Value = int | str | bytes


@dataclass(frozen=True, slots=True)
class Arm:
    """Rows of `source` where `lead` and `checks` hold; `key` is the alert's, `join` adds it as `a`."""

    source: str
    key: str
    lead: str
    lead_values: tuple[Value, ...]
    checks: str = ""
    check_values: tuple[Value, ...] = ()
    join: str = ""

    def sql(self, columns: str, rest: str = "", *, with_alert: bool = False) -> str:
        """The statement that takes `values(lowest, highest)`."""
        join = self.join if self.checks or with_alert else ""
        return (
            f"SELECT {columns} FROM {self.source}{join} WHERE {self.lead}"  # noqa: S608 -- all written here
            f" AND {self.key} >= ? AND {self.key} < ?{self.checks}{rest}"
        )

    def values(self, lowest: int, highest: int) -> tuple[Value, ...]:
        return (*self.lead_values, lowest, highest, *self.check_values)

    def probe(self, most: int) -> str:
        """How many rows the lead alone has, up to `most`; takes the lead's values and two keys."""
        return (
            f"SELECT count(*) FROM (SELECT 1 FROM {self.source} WHERE {self.lead}"  # noqa: S608
            f" AND {self.key} >= ? AND {self.key} < ? LIMIT {most}) probed"
        )


@dataclass(slots=True)
class Wish:
    """A filter with its names replaced by keys. `tenants` None stands for all."""

    tenants: tuple[int, ...] | None
    connections: tuple[int, ...] | None = None
    severities: tuple[int, ...] | None = None
    labels: dict[str, int] = field(default_factory=dict)
    levels: tuple[int, ...] | None = None
    min_level: int | None = None
    network: tuple[bytes, bytes] | None = None
    incident: int | None = None
    match: str | None = None


def leading_arms(connection: Raw, wish: Wish, lowest: int, highest: int) -> list[Arm]:
    """The arms of the index that narrows `wish` most between two keys; none where nothing can match."""
    if wish.match is not None:
        return [_text_arm(wish)]
    by_network = _network_lead(connection, wish, lowest, highest)
    found = (by_network, *(make(connection, wish) for make in _LEADS))
    leads = [arms for arms in found if arms is not None and len(arms) <= _MOST_ARMS]
    if not leads:
        return _plain_arms(wish)
    if len(leads) == 1:
        return leads[0]
    return min(leads, key=lambda arms: _length(connection, arms, lowest, highest))


def news_arms(connection: Raw, wish: Wish, since: Mapping[int, int]) -> list[Arm]:
    """The arms of what came after a journal number, per tenant of `since`; the others are left out."""
    where, values = checks(wish, lead="journal")
    if wish.match is not None:
        where, values = f"{where}{_IN_TEXT}", (*values, wish.match)
    lead = "a.tenant_key = ? AND a.journal_number > ?"
    return [
        Arm(_BY_JOURNAL, "a.key", lead, (tenant, number), where, values)
        for tenant, number in sorted(since.items())
        if wish.tenants is None or tenant in wish.tenants
    ]


def all_tenants(connection: Raw) -> tuple[int, ...]:
    return tuple(key for (key,) in connection.execute("SELECT key FROM tenant ORDER BY key"))


def checks(wish: Wish, *, lead: str) -> tuple[str, tuple[Value, ...]]:
    """What is checked on an alert `a` that the index called `lead` led to.

    The plus signs keep the planner from taking another index instead.
    """
    parts: list[str] = []
    values: list[Value] = []

    def one_of(column: str, keys: Iterable[int]) -> None:
        wanted = tuple(keys)
        parts.append(f" AND +{column} IN ({','.join('?' * len(wanted))})")
        values.extend(wanted)

    if wish.tenants is not None and lead in ("text", "connection", "key", "incident"):
        one_of("a.tenant_key", wish.tenants)
    if wish.connections is not None and lead != "connection":
        one_of("a.connection_key", wish.connections)
    if wish.severities is not None and lead != "severity":
        one_of("a.severity", wish.severities)
    if wish.min_level is not None and lead != "level":
        parts.append(" AND +a.level >= ?")
        values.append(wish.min_level)
    if wish.incident is not None and lead != "incident":
        parts.append(" AND +a.incident_key = ?")
        values.append(wish.incident)
    for kind, label in wish.labels.items():
        if kind == lead:
            continue
        parts.append(f" AND +{_COLUMN[kind]} = ?" if kind in _COLUMN else _TAGGED)
        values.append(label)
    if wish.network is not None and lead != "network":
        parts.append(_IN_NETWORK)
        values.extend(wish.network)
    return "".join(parts), tuple(values)


_TAGGED = (
    " AND EXISTS (SELECT 1 FROM alert_tag x"
    " WHERE x.tenant_key = a.tenant_key AND x.label_key = ? AND x.alert_key = a.key)"
)
_IN_TEXT = " AND EXISTS (SELECT 1 FROM alert_text t WHERE t.@matches AND t.@text_key = a.key)"
_IN_NETWORK = " AND @in_network((SELECT m.addresses FROM alert_document m WHERE m.alert_key = a.key), ?, ?)"


def _text_arm(wish: Wish) -> Arm:
    where, values = checks(wish, lead="text")
    # A row of the text index without its alert is none, so the alert is always looked at.
    return Arm(
        source="alert_text d",
        key="d.@text_key",
        lead="d.@matches",
        lead_values=(wish.match or "",),
        checks=where or " AND a.key >= 0",
        check_values=values,
        join=" @then alert a ON a.key = d.@text_key",
    )


def _side_arm(wish: Wish, lead: str, table: str, column: str, values: tuple[Value, ...]) -> Arm:
    """An arm of a table that holds (tenant, something, alert)."""
    where, more = checks(wish, lead=lead)
    return Arm(
        source=f"{table} d",
        key="d.alert_key",
        lead=f"d.tenant_key = ? AND d.{column} = ?",
        lead_values=values,
        checks=where,
        check_values=more,
        join=" @then alert a ON a.key = d.alert_key",
    )


def _label_lead(kind: str) -> Callable[[Raw, Wish], list[Arm] | None]:
    def make(connection: Raw, wish: Wish) -> list[Arm] | None:
        label = wish.labels.get(kind)
        if label is None:
            return None
        return [
            _side_arm(wish, kind, "alert_tag", "label_key", (tenant, label))
            for tenant in _tenants(connection, wish)
        ]

    return make


def _level_lead(connection: Raw, wish: Wish) -> list[Arm] | None:
    if wish.levels is None:
        return None
    return [
        _side_arm(wish, "level", "alert_tag", "label_key", (tenant, level))
        for tenant in _tenants(connection, wish)
        for level in wish.levels
    ]


def _severity_lead(connection: Raw, wish: Wish) -> list[Arm] | None:
    if wish.severities is None:
        return None
    where, values = checks(wish, lead="severity")
    lead = "a.tenant_key = ? AND a.severity = ?"
    return [
        Arm(_BY_SEVERITY, "a.key", lead, (tenant, severity), where, values)
        for tenant in _tenants(connection, wish)
        for severity in wish.severities
    ]


def _connection_lead(_connection: Raw, wish: Wish) -> list[Arm] | None:
    if wish.connections is None:
        return None
    where, values = checks(wish, lead="connection")
    return [
        Arm(BY_CONNECTION, "a.key", "a.connection_key = ?", (key,), where, values) for key in wish.connections
    ]


def _incident_lead(_connection: Raw, wish: Wish) -> list[Arm] | None:
    if wish.incident is None:
        return None
    where, values = checks(wish, lead="incident")
    return [Arm(_BY_INCIDENT, "a.key", "a.incident_key = ?", (wish.incident,), where, values)]


def _network_lead(connection: Raw, wish: Wish, lowest: int, highest: int) -> list[Arm] | None:
    """An arm per address that occurs; None for a network of very many: the newest alerts match soon."""
    if wish.network is None:
        return None
    first, last = wish.network
    within, bounds = "", tuple[int, ...]()
    if connection.is_postgres:  # it need not look at other days; on SQLite that would only cost more
        within, bounds = " AND alert_key >= ? AND alert_key < ?", (lowest, highest)
    arms: list[Arm] = []
    for tenant in _tenants(connection, wish):
        address: bytes | None = first
        while address is not None:
            row = connection.execute(
                "SELECT address FROM alert_address WHERE tenant_key = ? AND address >= ?"  # noqa: S608
                f" AND address <= ?{within} ORDER BY address LIMIT 1",
                (tenant, address, last, *bounds),
            ).fetchone()
            if row is None:
                break
            if len(arms) == _MOST_ADDRESSES:
                return None
            arms.append(_side_arm(wish, "network", "alert_address", "address", (tenant, row[0])))
            address = _following(row[0])
    return arms


def _following(address: bytes) -> bytes | None:
    number = int.from_bytes(address, "big") + 1
    return number.to_bytes(16, "big") if number < 1 << 128 else None


def _plain_arms(wish: Wish) -> list[Arm]:
    if wish.tenants is not None and len(wish.tenants) <= _MOST_ARMS:
        where, values = checks(wish, lead="tenant")
        return [
            Arm(_BY_TENANT, "a.key", "a.tenant_key = ?", (tenant,), where, values) for tenant in wish.tenants
        ]
    where, values = checks(wish, lead="key")
    return [Arm(_BY_KEY, "a.key", "true", (), where, values)]


def _tenants(connection: Raw, wish: Wish) -> tuple[int, ...]:
    return wish.tenants if wish.tenants is not None else all_tenants(connection)


def _length(connection: Raw, arms: list[Arm], lowest: int, highest: int) -> int:
    """How many rows the leads hold between two keys, looking at no more than needed to compare."""
    seen = 0
    for arm in arms:
        if seen >= _PROBED:
            break
        values = (*arm.lead_values, lowest, highest)
        seen += connection.execute(arm.probe(_PROBED), values).fetchone()[0]
    return seen


_LEADS = (
    _incident_lead,
    *(_label_lead(kind) for kind in ("rule", "device", "user", "group", "mitre", "state")),
    _level_lead,
    _severity_lead,
    _connection_lead,
)
