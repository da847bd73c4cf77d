"""What a tenant looks like to those who ask."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TenantInfo:
    """One tenant. `key` is for code below the doors, `id` for addresses and JSON.

    `retention_days` None means the installation's own setting.
    """

    key: int
    id: str
    name: str
    created_at: datetime
    archived_at: datetime | None
    retention_days: int | None

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None
