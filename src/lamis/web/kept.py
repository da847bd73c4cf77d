"""Secrets typed into a form whose test failed: kept by the form, sealed, so that nobody types them again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from lamis.base.clock import to_ms
from lamis.base.secrets import SecretUnreadable, Vault

LIFE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Keeper:
    """Seals secrets for one person. What another person was given, or is too old, opens to nothing."""

    vault: Vault
    person_id: str
    now: datetime

    def seal(self, secrets: Mapping[str, str]) -> str:
        """The field of the form that holds `secrets`; empty where there are none."""
        typed = {name: value for name, value in secrets.items() if value}
        if not typed:
            return ""
        ends_ms = to_ms(self.now + LIFE)
        content = {"person": self.person_id, "ends_ms": ends_ms, "secrets": typed}
        return self.vault.seal(orjson.dumps(content).decode())

    def open(self, sealed: str) -> dict[str, str]:
        """The secrets again."""
        if not sealed:
            return {}
        try:
            content = orjson.loads(self.vault.open(sealed))
        except SecretUnreadable:
            return {}
        if content["person"] != self.person_id or content["ends_ms"] < to_ms(self.now):
            return {}
        return {str(name): str(value) for name, value in content["secrets"].items()}
