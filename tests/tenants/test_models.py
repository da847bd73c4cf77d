"""A tenant's row as a value."""

from datetime import UTC, datetime

from lamis.tenants.models import Tenant


def test_times_are_aware() -> None:
    row = Tenant(
        key=3, id="t", name="Acme", name_folded="acme", created_ms=0, archived_ms=1000, retention_days=7
    )
    found = row.info()
    assert (found.key, found.id, found.name, found.retention_days) == (3, "t", "Acme", 7)
    assert found.created_at == datetime(1970, 1, 1, tzinfo=UTC)
    assert found.archived_at == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
