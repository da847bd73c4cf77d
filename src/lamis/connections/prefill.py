"""What an edit starts from: the stored values, named as `drafts.parse_draft` takes them, without secrets."""

from collections.abc import Mapping

from lamis.base.secrets import SecretUnreadable, Vault
from lamis.connections.drafts import without_secrets
from lamis.connections.endpoints import unseal
from lamis.connections.models import Connection

_TRUST = frozenset({"ca", "ca_pem", "fingerprint", "verify"})
_ADDRESSES = frozenset({"url", "urls"})


def prefilled(connection: Connection, *, vault: Vault) -> dict[str, object]:
    """The values a source's form shows. Secrets are left out: blank keeps them."""
    return _common(connection, vault) | {
        "client_cert_pem": connection.client_cert_pem,
        "index_pattern": connection.index_pattern,
        "dashboard_url": connection.dashboard_url,
        "poll_s": connection.poll_s,
        "level_floor": connection.level_floor,
        "backfill": connection.backfill,
    }


def prefilled_firewall(
    connection: Connection, *, alias: str, may_create: bool, vault: Vault
) -> dict[str, object]:
    """The values a firewall's form shows, without secrets."""
    return _common(connection, vault) | {"alias": alias, "may_create": may_create}


def with_changes(stored: Mapping[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    """`stored` with `changes` over it. A new trust or address replaces the stored one whole."""
    replaced: set[str] = set()
    if _TRUST & changes.keys():
        replaced |= {"trust", *_TRUST}
    if _ADDRESSES & changes.keys():
        replaced |= _ADDRESSES
    kept = {name: value for name, value in stored.items() if name not in replaced}
    return kept | dict(changes)


def _common(connection: Connection, vault: Vault) -> dict[str, object]:
    return {
        "name": connection.name,
        "kind": connection.kind,
        "urls": list(connection.urls),
        "username": connection.username,
        "trust": connection.trust_mode,
        "ca_pem": connection.ca_pem,
        "fingerprint": connection.fingerprint,
        "proxy": _shown_proxy(connection, vault),
    }


def _shown_proxy(connection: Connection, vault: Vault) -> str | None:
    try:
        proxy = unseal(vault, connection.sealed).proxy
    except SecretUnreadable:
        return None
    return without_secrets(proxy) if proxy else None
