"""One alert: by its key, by where it came from, and what is like it."""

from array import array
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

from sqlalchemy.orm import Session

from lamis.alerts import counting
from lamis.alerts.dedupe import origin_table
from lamis.alerts.documents import DocumentReader
from lamis.alerts.results import AlertDetail, AlertRow, Around, Likeness
from lamis.alerts.rows import rows_of
from lamis.alerts.rules import clean, key_ms, shown_address
from lamis.alerts.selection import select_alerts
from lamis.alerts.types import Filter
from lamis.base.clock import from_ms
from lamis.base.errors import NotFound
from lamis.base.scope import Scope
from lamis.storage.raw import driver

_HALF_A_DAY = timedelta(hours=12)
_NO_SUCH = "There is no such alert."


def alert_by_key(session: Session, scope: Scope, key: int) -> AlertDetail:
    """All that is kept of one alert. Raises NotFound, for a foreign one too."""
    connection = driver(session)
    found = connection.execute(
        "SELECT a.tenant_key, a.time_ms, a.stored_ms, i.name, a.doc_id, a.device_ref, a.labels,"
        " c.dashboard_url, m.addresses, m.dictionary_key, m.size_bytes, m.body FROM alert a"
        " JOIN alert_document m ON m.alert_key = a.key JOIN source_index i ON i.key = a.index_key"
        " JOIN connection c ON c.key = a.connection_key WHERE a.key = ?",
        (key,),
    ).fetchone()
    if found is None or not scope.holds(found[0]):
        raise NotFound(_NO_SUCH)
    _, time_ms, stored_ms, index, doc_id, device_ref, labels, dashboard_url, addresses, *document = found
    texts = _texts(session, labels)
    copies = connection.execute("SELECT count(*) FROM refused_document WHERE kept_key = ?", (key,))
    return AlertDetail(
        key=key,
        row=rows_of(connection, [key])[0],
        time_ms=time_ms,
        stored_ms=stored_ms,
        index=index,
        doc_id=doc_id,
        device_ref=device_ref,
        groups=tuple(text for kind, text in texts if kind == "group"),
        mitre=tuple(text for kind, text in texts if kind == "mitre"),
        addresses=tuple(shown_address(addresses[at : at + 16]) for at in range(0, len(addresses), 16)),
        refused_copies=int(copies.fetchone()[0]),
        dashboard_url=dashboard_url,
        document=DocumentReader(session).read(*document),
    )


def alerts_by_keys(session: Session, scope: Scope, keys: Collection[int]) -> list[AlertRow]:
    """The rows of some alerts, newest first; those that are gone or foreign are left out."""
    if not keys:
        return []
    connection = driver(session)
    found = connection.execute(
        "SELECT a.key, a.tenant_key FROM @keys(j) @then alert a"
        " ON a.key = j.value AND a.key >= ? AND a.key <= ?@order(j)",
        (connection.listed(sorted(keys, reverse=True)), min(keys), max(keys)),
    ).fetchall()
    return rows_of(connection, [key for key, tenant_key in found if scope.holds(tenant_key)])


def alert_by_origin(
    session: Session, scope: Scope, connection_id: str, index: str, doc_id: str
) -> AlertDetail:
    """The alert a source document is, or for a re-sent one the kept alert. Raises NotFound."""
    connection = driver(session)
    origin = (connection_id, clean(index), clean(doc_id))
    for table, column in ((origin_table(connection), "key"), ("refused_document", "kept_key")):
        row = connection.execute(
            f"SELECT t.{column} FROM connection c CROSS JOIN source_index i JOIN {table} t"  # noqa: S608
            " ON t.connection_key = c.key AND t.index_key = i.key WHERE c.id = ? AND i.name = ?"
            " AND t.doc_id = ?",
            origin,
        ).fetchone()
        if row is not None:
            return alert_by_key(session, scope, row[0])
    raise NotFound(_NO_SUCH)


def around(session: Session, scope: Scope, key: int) -> Around:
    """How many alerts of the same tenant share a value with this one, within 12 hours. Raises NotFound."""
    row = alert_by_key(session, scope, key).row
    moment = from_ms(key_ms(key))
    near = Filter(
        since=moment - _HALF_A_DAY, until=moment + _HALF_A_DAY, tenant_ids=frozenset({row.tenant_id})
    )
    wanted: list[tuple[str, str, Filter]] = []
    if row.device is not None:
        wanted.append(("device", row.device, replace(near, device=row.device)))
    if row.source_address is not None:
        wanted.append(("address", row.source_address, replace(near, network=ip_network(row.source_address))))
    if row.rule is not None:
        wanted.append(("rule", row.rule, replace(near, rule=row.rule)))
    if row.user is not None:
        wanted.append(("user", row.user, replace(near, user=row.user)))
    connection = driver(session)
    return Around(
        since=moment - _HALF_A_DAY,
        until=moment + _HALF_A_DAY,
        likenesses=[
            Likeness(name, value, counting.count_of(connection, select_alerts(connection, scope, one)))
            for name, value, one in wanted
        ],
    )


def _texts(session: Session, labels: bytes) -> list[tuple[str, str]]:
    """The labels of an alert, (kind, text), in the order of the document's lists as they were stored."""
    connection = driver(session)
    rows = connection.execute(
        "SELECT l.kind, l.text FROM @keys(j) @then label l ON l.key = j.value@order(j)",
        (connection.listed(array("I", labels)),),
    )
    return [(kind, text) for kind, text in rows]
