"""One-time values that any process of the installation takes back."""

import hashlib
from datetime import datetime

from lamis.base.clock import span_ms
from lamis.base.secrets import SecretUnreadable, Vault
from lamis.storage.one_time import OneTime
from lamis.storage.redis_link import ERRORS, RedisLink


class RedisOneTime(OneTime):
    """Keeps values in Redis, sealed and under a digest of their name, so that Redis tells nobody anything.

    Where Redis does not answer they stay in this process, which is where most are taken.
    """

    def __init__(self, link: RedisLink, vault: Vault) -> None:
        super().__init__()
        self._link = link
        self._vault = vault

    def keep(self, value: str, *, now: datetime, until: datetime) -> str:
        name = super().keep(value, now=now, until=until)
        if self._link.problem is not None:
            return name
        life_ms = span_ms(until - now)
        try:
            self._link.client.set(self._key(name), self._vault.seal(value), px=max(1, life_ms))
        except ERRORS:
            return name
        self.forget(name)
        return name

    def take(self, name: str, *, now: datetime) -> str | None:
        if (here := super().take(name, now=now)) is not None or self._link.problem is not None:
            return here
        try:
            sealed = self._link.client.getdel(self._key(name))
            return None if sealed is None else self._vault.open(str(sealed))
        except (*ERRORS, SecretUnreadable):
            return None

    def _key(self, name: str) -> str:
        return f"{self._link.prefix}once:{hashlib.sha256(name.encode()).hexdigest()}"
