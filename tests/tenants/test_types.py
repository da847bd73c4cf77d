"""A tenant as a value."""

from datetime import UTC, datetime

from lamis.tenants.types import TenantInfo

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_a_tenant_with_an_archiving_time_is_archived() -> None:
    assert not TenantInfo(1, "a", "Acme", NOW, None, None).is_archived
    assert TenantInfo(1, "a", "Acme", NOW, NOW, None).is_archived
