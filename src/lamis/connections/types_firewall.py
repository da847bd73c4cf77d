"""Values of firewalls: connections that drop addresses, as they are shown."""

from dataclasses import dataclass

from lamis.connections.types import Health, SourceState

DEFAULT_ALIAS = "LAMIS_block"


@dataclass(frozen=True, slots=True)
class FirewallInfo:
    """A firewall as it is shown, without secrets. Times are milliseconds since 1970.

    `entries` are those of its own list when it was last compared with what is wanted, `drift` how many
    of ours were missing or left over then; both None before. `own_networks` are its addresses and gateways.
    """

    key: int
    id: str
    name: str
    tenant_key: int
    tenant_id: str
    tenant_name: str
    kind: str
    urls: tuple[str, ...]
    username: str
    trust_mode: str
    fingerprint: str | None
    alias: str
    may_create: bool
    state: SourceState
    health: Health
    last_try_ms: int | None
    last_good_ms: int | None
    failing_since_ms: int | None
    failures: int
    error_code: str | None
    error_text: str | None
    entries: int | None
    drift: int | None
    compared_ms: int | None
    own_networks: tuple[str, ...]
    own_read_ms: int | None
    created_ms: int
