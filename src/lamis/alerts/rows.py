"""From keys to the rows of a list, as fast as lists are asked for."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from lamis.alerts.results import AlertRow
from lamis.alerts.rules import key_ms, shown_address
from lamis.alerts.types import Severity
from lamis.base.clock import iso_ms
from lamis.base.ids import alert_id
from lamis.storage.raw import Raw

_COLUMNS = """
SELECT a.key, a.time_ms, a.stored_ms, a.severity, a.level, r.text, a.title, a.tenant_key, a.connection_key,
  d.text, a.source_address, u.text, n.state, a.is_finding, a.unreadable, n.id
FROM @keys(j)
@then alert a ON a.key = j.value AND a.key >= ? AND a.key <= ?
LEFT JOIN label r ON r.key = a.rule_label
LEFT JOIN label d ON d.key = a.device_label
LEFT JOIN label u ON u.key = a.user_label
LEFT JOIN incident n ON n.key = a.incident_key@order(j)
"""
_FRACTIONS = tuple(f"{ms:03d}Z" for ms in range(1000))
_WORDS = {int(severity): severity.word for severity in Severity}

Owner = tuple[str, str]
Source = tuple[str, str, str]


def rows_of(connection: Raw, keys: Sequence[int]) -> list[AlertRow]:
    """The rows of alerts, in the order of `keys`."""
    if not keys:
        return []
    # The bounds leave PostgreSQL only the days to look at that the keys lie in.
    found = connection.execute(_COLUMNS, (connection.listed(keys), min(keys), max(keys))).fetchall()
    tenants = _tenants(connection, {row[7] for row in found})
    sources = _sources(connection, {row[8] for row in found})
    return [_row(row, tenants[row[7]], sources[row[8]]) for row in found]


def _row(row: tuple, owner: Owner, source: Source) -> AlertRow:  # type: ignore[type-arg]  # a driver's row
    (key, time_ms, stored_ms, severity, level, rule, title, _, _, device, address, user, status, finding, odd,
     incident) = row  # fmt: skip
    tenant, tenant_id = owner
    connection, connection_id, state = source
    return AlertRow(
        alert_id(key),
        moment(key_ms(key) if time_ms is None else time_ms),
        moment(stored_ms),
        severity,
        _WORDS[severity],
        level,
        rule,
        title,
        tenant,
        tenant_id,
        connection,
        connection_id,
        state,
        device,
        None if address is None else _shown(address),
        user,
        status,
        bool(finding),
        odd,
        incident,
    )


_shown = lru_cache(maxsize=1024)(shown_address)


def moment(ms: int) -> str:
    """`iso_ms`, quick for the many moments of one second."""
    return _second(ms // 1000) + _FRACTIONS[ms % 1000]


@lru_cache(maxsize=4096)
def _second(second: int) -> str:
    return iso_ms(second * 1000)[:-4]


def _tenants(connection: Raw, keys: Iterable[int]) -> dict[int, Owner]:
    rows = connection.execute(
        "SELECT key, name, id FROM tenant WHERE key @is_any_key",
        (connection.listed(keys),),
    )
    return {key: (name, public_id) for key, name, public_id in rows}


def _sources(connection: Raw, keys: Iterable[int]) -> dict[int, Source]:
    rows = connection.execute(
        "SELECT key, name, id, CASE WHEN removed_ms IS NOT NULL THEN 'removed'"
        " WHEN is_active THEN 'active' ELSE 'paused' END"
        " FROM connection WHERE key @is_any_key",
        (connection.listed(keys),),
    )
    return {key: (name, public_id, state) for key, name, public_id, state in rows}
