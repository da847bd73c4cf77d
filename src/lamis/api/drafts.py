"""What the API takes in about connections."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class ConnectionIn(BaseModel):
    """A connection as in import files, with certificates as text. Secrets left out keep the stored ones."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    kind: str | None = None
    url: str | list[str] | None = None
    urls: list[str] | None = None
    username: str | None = None
    password: str | None = None
    trust: str | None = None
    ca_pem: str | None = None
    fingerprint: str | None = None
    verify: bool | None = None
    client_cert_pem: str | None = None
    client_key_pem: str | None = None
    proxy: str | None = None
    index_pattern: str | None = None
    dashboard_url: str | None = None
    poll_s: int | None = None
    level_floor: int | None = None
    backfill: str | None = None
    alias: str | None = None
    may_create: bool | None = None

    def given(self) -> dict[str, Any]:
        """What was sent, named as `parse_draft` takes it."""
        return self.model_dump(exclude_unset=True, include=set(ConnectionIn.model_fields))


class NewConnection(ConnectionIn):
    """A new connection. `tenant` is an id or a name; it may be left out by whoever sees only one."""

    tenant: str | None = None


class ConnectionChange(ConnectionIn):
    """What to change; what is left out stays."""

    is_active: bool | None = None
