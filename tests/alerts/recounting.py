"""What the kept counts, tags and text index must be, counted anew from the alerts themselves."""

from array import array
from collections import Counter

from sqlalchemy import text
from sqlalchemy.orm import Session

from lamis.alerts.rules import hour_of, quarter_of
from lamis.storage.raw import driver


def assert_kept_counts_are_true(session: Session) -> None:
    """Fail unless everything that is kept beside the alerts equals a recount."""
    connection = driver(session)
    counts: Counter[tuple[int, ...]] = Counter()
    facets: Counter[tuple[int, ...]] = Counter()
    tags: set[tuple[int, ...]] = set()
    kinds = dict(connection.execute("SELECT key, kind FROM label").fetchall())
    for key, tenant, source, severity, is_finding, labels in connection.execute(
        "SELECT key, tenant_key, connection_key, severity, is_finding, labels FROM alert"
    ):
        counts[tenant, quarter_of(key), source, severity, is_finding] += 1
        for label in array("I", labels):
            facets[tenant, hour_of(key), label, severity] += 1
            if kinds[label] != "address":
                tags.add((tenant, label, key))
    assert _table(session, "alert_count", "tenant_key, quarter, connection_key, severity, is_finding, n") == {
        (*at, n) for at, n in counts.items()
    }
    assert _table(session, "alert_facet", "tenant_key, hour, label_key, severity, n") == {
        (*at, n) for at, n in facets.items()
    }
    assert _table(session, "alert_tag", "tenant_key, label_key, alert_key") == tags
    keys = _table(session, "alert", "key")
    assert _table(session, "alert_document", "alert_key") == keys
    assert _table(session, "alert_address", "alert_key") <= keys
    assert _table(session, "refused_document", "kept_key") <= keys


def _table(session: Session, table: str, columns: str) -> set[tuple[int, ...]]:
    return {tuple(row) for row in session.execute(text(f"SELECT {columns} FROM {table}"))}
