"""Streams and positions: where in the journals of some tenants somebody has read to."""

from collections.abc import Mapping

# The last number seen of each tenant's stream, by the tenant's key; a tenant that is not named is at 0.
Position = Mapping[int, int]

_PREFIX = "tenant:"


def tenant_stream(tenant_key: int) -> str:
    """The stream of one tenant."""
    return f"{_PREFIX}{tenant_key}"


def tenant_of(stream: str) -> int | None:
    """The tenant's key of a stream; None for one that is no tenant's."""
    return int(stream.removeprefix(_PREFIX)) if stream.startswith(_PREFIX) else None
