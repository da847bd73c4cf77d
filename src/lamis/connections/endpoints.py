"""From a stored connection, or a draft, to what a connector needs; the only place that opens secrets."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from lamis.base.errors import Invalid
from lamis.base.scope import Actor
from lamis.base.secrets import SecretUnreadable, Vault
from lamis.base.settings import Settings
from lamis.connections.drafts import ConnectionDraft, without_secrets
from lamis.connections.models import Connection
from lamis.connections.types import FIREWALL_KINDS, Endpoint, Trust, TrustMode

_PORTS = {"https": 443, "http": 80, "socks5": 1080, "socks5h": 1080}


@dataclass(frozen=True, slots=True)
class Secrets:
    """What is stored encrypted: the password, the client key, and the proxy (it may hold a password)."""

    password: str = field(default="", repr=False)
    client_key_pem: str | None = field(default=None, repr=False)
    proxy: str | None = field(default=None, repr=False)


def seal(vault: Vault, secrets: Secrets) -> str:
    return vault.seal(
        json.dumps(
            {"password": secrets.password, "client_key": secrets.client_key_pem, "proxy": secrets.proxy}
        )
    )


def unseal(vault: Vault, sealed: str | None) -> Secrets:
    """Raises SecretUnreadable where no key of the installation fits."""
    if not sealed:
        return Secrets()
    values = json.loads(vault.open(sealed))
    return Secrets(values["password"], values["client_key"], values["proxy"])


def secrets_of(draft: ConnectionDraft, *, vault: Vault, old: Connection | None) -> Secrets:
    """What was typed, and the stored secrets where it was left blank.

    A stored secret that cannot be decrypted is needed only where the draft leaves it blank. A password
    is never kept for another host or proxy, nor for plain http in place of https: who may edit must not be
    able to have it sent elsewhere, or in the clear.
    """
    if old is None:
        if draft.kind in FIREWALL_KINDS and not draft.password:
            raise Invalid("Give the API secret that belongs to the key.", field="password")
        return Secrets(draft.password or "", draft.client_key_pem, draft.proxy)
    if draft.kind != old.kind:
        raise Invalid("The kind of a connection does not change; add another one.", field="kind")
    stored = _stored(draft, vault=vault, old=old)
    proxy = stored.proxy if stored.proxy and draft.proxy == without_secrets(stored.proxy) else draft.proxy
    if draft.password is None and stored.password:
        _must_stay(draft.urls, old.urls, what="The address names another host or leaves https")
        if proxy:
            _must_stay([proxy], [stored.proxy or ""], what="Another proxy sees the sign-in")
    return Secrets(
        password=stored.password if draft.password is None else draft.password,
        client_key_pem=draft.client_key_pem or (stored.client_key_pem if draft.client_cert_pem else None),
        proxy=proxy,
    )


def may_reach_private(draft: ConnectionDraft, actor: Actor, *, vault: Vault, old: Connection | None) -> bool:
    """Whether what was typed may lead to private addresses.

    An operator allows it by leading a connection there; a tenant's admin may then change all but the way:
    every host and port must be a stored one, and the proxy the stored one, which must be readable for that.
    """
    if actor.is_operator:
        return True
    if old is None or not old.may_reach_private:
        return False
    try:
        stored = unseal(vault, old.sealed).proxy
        proxy = secrets_of(draft, vault=vault, old=old).proxy
    except SecretUnreadable:
        return False
    return set(map(_place, draft.urls)) <= set(map(_place, old.urls)) and _way(proxy) == _way(stored)


def _place(url: str) -> tuple[str | None, int]:
    """The host and port of an address, one spelling for each."""
    parts = urlsplit(url)
    return parts.hostname, parts.port or _PORTS[parts.scheme]


def _way(proxy: str | None) -> tuple[str, str | None, int] | None:
    return (urlsplit(proxy).scheme, *_place(proxy)) if proxy else None


def _stored(draft: ConnectionDraft, *, vault: Vault, old: Connection) -> Secrets:
    keeps_key = bool(draft.client_cert_pem) and not draft.client_key_pem
    try:
        return unseal(vault, old.sealed)
    except SecretUnreadable:
        if draft.password is None or keeps_key:
            raise
        return Secrets()


def _must_stay(urls: Iterable[str], old: Iterable[str], *, what: str) -> None:
    known = {(parts.hostname, scheme) for parts in map(urlsplit, old) for scheme in (parts.scheme, "https")}
    if not {(parts.hostname, parts.scheme) for parts in map(urlsplit, urls)} <= known:
        raise Invalid(f"{what}: enter the password again.", field="password")


def endpoint_of(connection: Connection, *, vault: Vault, settings: Settings) -> Endpoint:
    """The stored connection, opened. Raises SecretUnreadable."""
    secrets = unseal(vault, connection.sealed)
    return Endpoint(
        urls=tuple(connection.urls),
        username=connection.username,
        password=secrets.password,
        trust=Trust(TrustMode(connection.trust_mode), connection.ca_pem, connection.fingerprint),
        client_cert_pem=connection.client_cert_pem,
        client_key_pem=secrets.client_key_pem,
        proxy=secrets.proxy,
        index_pattern=connection.index_pattern,
        level_floor=connection.level_floor,
        connect_timeout=timedelta(seconds=settings.connect_timeout_s),
        read_timeout=timedelta(seconds=settings.read_timeout_s),
        may_reach_private=connection.may_reach_private,
    )


def endpoint_of_draft(
    draft: ConnectionDraft,
    *,
    vault: Vault,
    settings: Settings,
    may_reach_private: bool,
    old: Connection | None = None,
) -> Endpoint:
    """What was typed, to be tested before it is saved. Raises Invalid, SecretUnreadable."""
    secrets = secrets_of(draft, vault=vault, old=old)
    return Endpoint(
        urls=draft.urls,
        username=draft.username,
        password=secrets.password,
        trust=draft.trust,
        client_cert_pem=draft.client_cert_pem,
        client_key_pem=secrets.client_key_pem,
        proxy=secrets.proxy,
        index_pattern=draft.index_pattern,
        level_floor=draft.level_floor,
        connect_timeout=timedelta(seconds=settings.connect_timeout_s),
        read_timeout=timedelta(seconds=settings.read_timeout_s),
        may_reach_private=may_reach_private,
    )
