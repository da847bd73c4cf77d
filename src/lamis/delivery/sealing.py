"""The secrets of a channel, kept encrypted in one text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from lamis.base.secrets import Vault
from lamis.delivery.types import ChannelKind, MailTarget, Security, Target, WebhookTarget


@dataclass(frozen=True, slots=True)
class Secrets:
    """What is never shown again: a webhook's address and signing secrets (newest first), a password."""

    url: str = field(default="", repr=False)
    signing: Sequence[str] = field(default=(), repr=False)
    password: str = field(default="", repr=False)


def seal(vault: Vault, secrets: Secrets) -> str:
    """The text to store."""
    content = {"url": secrets.url, "signing": list(secrets.signing), "password": secrets.password}
    return vault.seal(orjson.dumps(content).decode())


def opened(vault: Vault, sealed: str | None) -> Secrets:
    """The secrets again. Raises SecretUnreadable where the keys are gone."""
    if sealed is None:
        return Secrets()
    content = orjson.loads(vault.open(sealed))
    return Secrets(content["url"], tuple(content["signing"]), content["password"])


def target_of(
    kind: ChannelKind, settings: Mapping[str, object], secrets: Secrets, *, may_reach_private: bool
) -> Target:
    """Where a stored channel leads."""
    ca_pem = settings.get("ca_pem")
    authority = ca_pem if isinstance(ca_pem, str) else None
    if kind is ChannelKind.WEBHOOK:
        return WebhookTarget(secrets.url, secrets.signing, authority, may_reach_private)
    recipients = settings["recipients"]
    assert isinstance(recipients, list)
    return MailTarget(
        host=str(settings["host"]),
        port=int(str(settings["port"])),
        security=Security(str(settings["security"])),
        sender=str(settings["sender"]),
        recipients=recipients,
        username=str(settings["username"]),
        password=secrets.password,
        ca_pem=authority,
        may_reach_private=may_reach_private,
    )
