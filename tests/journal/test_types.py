"""Names of streams."""

from lamis.journal.types import tenant_of, tenant_stream


def test_a_tenants_stream_tells_whose_it_is() -> None:
    assert tenant_of(tenant_stream(42)) == 42
    assert tenant_of("system") is None
