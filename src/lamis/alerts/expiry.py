"""Letting alerts go: by age, or all of a connection. Counts, tags and text index go with them."""

from array import array
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from lamis.alerts import rules
from lamis.alerts.documents import DocumentReader
from lamis.alerts.rules import first_key, hour_of, quarter_of
from lamis.alerts.types import TextOf
from lamis.alerts.writing import ADDRESS, TAG
from lamis.storage.raw import Into, Raw, driver

_GOING = (
    "SELECT a.key, a.incident_key, a.tenant_key, a.connection_key, a.severity, a.is_finding, a.labels,"
    " a.title, a.unreadable,"
    " m.addresses, m.text_version, m.dictionary_key, m.size_bytes, m.body"
    " FROM @keys(j) @then alert a ON a.key = j.value JOIN alert_document m ON m.alert_key = a.key"
)
_FORGET_TEXT = "INSERT INTO alert_text (alert_text, rowid, tenant, body) VALUES ('delete', ?, ?, ?)"

_TABLES = (
    Into("refused_document", {"kept_key": "bigint"}),
    Into("alert_document", {"alert_key": "bigint"}),
    Into("alert", {"key": "bigint"}),
)
_WORDS = Into("alert_word", {"alert_key": "bigint"})
_ORIGIN = Into("alert_origin", {"connection_key": "bigint", "index_key": "bigint", "doc_id": "text"})


@dataclass(frozen=True, slots=True)
class Expired:
    """How many alerts went, and the last one's key: the next chunk begins behind it, unless `is_end`."""

    n: int
    last_key: int
    is_end: bool = False


class Leaving(Protocol):
    """Is told how many alerts of each incident are about to go, before anything of theirs is touched."""

    def __call__(self, gone: Mapping[int, int], /) -> None: ...


def untold(_gone: Mapping[int, int], /) -> None:
    """The `Leaving` where nobody needs to know."""


def expire(
    session: Session,
    tenant_key: int,
    before_ms: int,
    limit: int,
    *,
    text_of: TextOf,
    behind: int = -1,
    kept: Collection[int] = (),
    leaving: Leaving = untold,
) -> Expired:
    """Delete at most `limit` of a tenant's oldest alerts behind a key that are from before `before_ms`.

    Alerts go by the time they are sorted by, and no sooner than they have been here as long: what a
    back-fill has just brought is not taken away at once. Those whose keys are `kept` stay.
    """
    rows = driver(session).execute(
        "SELECT key FROM alert@by(ix_alert_tenant) WHERE tenant_key = ? AND key > ? AND key < ?"
        " AND stored_ms < ? ORDER BY key LIMIT ?",
        (tenant_key, behind, first_key(before_ms), before_ms, limit),
    )
    keys = [key for (key,) in rows]
    going = [key for key in keys if key not in kept]
    gone = _delete(session, going, text_of, leaving)
    return Expired(gone, keys[-1] if keys else behind, is_end=len(keys) < limit)


def erase_connection(
    session: Session, connection_key: int, limit: int, *, text_of: TextOf, leaving: Leaving = untold
) -> int:
    """Delete at most `limit` alerts, findings and refused documents of a connection; 0 when none is left."""
    connection = driver(session)
    rows = connection.execute(
        "SELECT key FROM alert@by(ix_alert_connection) WHERE connection_key = ? ORDER BY key LIMIT ?",
        (connection_key, limit),
    )
    gone = _delete(session, [key for (key,) in rows], text_of, leaving)
    if gone:
        return gone
    return connection.execute(
        "DELETE FROM refused_document WHERE key IN"
        " (SELECT key FROM refused_document WHERE connection_key = ? LIMIT ?)",
        (connection_key, limit),
    ).rowcount


def _delete(session: Session, keys: Sequence[int], text_of: TextOf, leaving: Leaving) -> int:
    if not keys:
        return 0
    session.flush()
    connection, reader = driver(session), DocumentReader(session)
    tags: list[tuple[int, int, int]] = []
    addresses: list[tuple[int, bytes, int]] = []
    texts: list[tuple[int, str, str]] = []
    counts: Counter[tuple[int, int, int, int, int]] = Counter()
    facets: Counter[tuple[int, int, int, int]] = Counter()
    rows = connection.execute(_GOING, (connection.listed(keys),)).fetchall()
    leaving(Counter(row[1] for row in rows if row[1] is not None))
    for key, _, tenant, source, severity, is_finding, labels, title, odd, found, version, *document in rows:
        for label in array("I", labels):
            tags.append((tenant, label, key))
            facets[tenant, hour_of(key), label, severity] += 1
        addresses += [(tenant, found[at : at + 16], key) for at in range(0, len(found), 16)]
        counts[tenant, quarter_of(key), source, severity, is_finding] += 1
        if version and not connection.is_postgres:
            raw = None if is_finding or odd is not None else reader.read(*document)
            text = "" if raw is None else rules.clean(text_of(raw, version))
            texts.append((key, rules.tenant_token(tenant), rules.indexed_text(title, text)))
    _uncount(connection, counts, facets)
    connection.executemany(_FORGET_TEXT, texts)
    connection.delete(TAG, sorted(tags))
    connection.delete(ADDRESS, sorted(addresses))
    gone = [(row[0],) for row in rows]
    if connection.is_postgres:
        connection.delete(_WORDS, gone)
        origins = "SELECT connection_key, index_key, doc_id FROM alert WHERE key @is_any_key"
        connection.delete(_ORIGIN, connection.execute(origins, (connection.listed(keys),)).fetchall())
    for table in _TABLES:
        connection.delete(table, gone)
    return len(rows)


def _uncount(
    connection: Raw,
    counts: Counter[tuple[int, int, int, int, int]],
    facets: Counter[tuple[int, int, int, int]],
) -> None:
    at = "tenant_key = ? AND quarter = ? AND connection_key = ? AND severity = ? AND is_finding = ?"
    connection.executemany(
        f"UPDATE alert_count SET n = n - ? WHERE {at}",  # noqa: S608
        [(n, *where) for where, n in sorted(counts.items())],
    )
    connection.executemany(f"DELETE FROM alert_count WHERE {at} AND n <= 0", sorted(counts))  # noqa: S608
    at = "tenant_key = ? AND hour = ? AND label_key = ? AND severity = ?"
    connection.executemany(
        f"UPDATE alert_facet SET n = n - ? WHERE {at}",  # noqa: S608
        [(n, *where) for where, n in sorted(facets.items())],
    )
    connection.executemany(f"DELETE FROM alert_facet WHERE {at} AND n <= 0", sorted(facets))  # noqa: S608
