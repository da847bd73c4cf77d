"""The table of tenants."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from lamis.base.clock import from_ms
from lamis.storage.tables import Table
from lamis.tenants.types import TenantInfo


class Tenant(Table):
    """A customer organisation. `key` is the small number other tables hold, `id` the public one."""

    __tablename__ = "tenant"

    key: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(26), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    name_folded: Mapped[str] = mapped_column(String(240), unique=True)
    created_ms: Mapped[int]
    archived_ms: Mapped[int | None]
    retention_days: Mapped[int | None]

    def info(self) -> TenantInfo:
        """The row as a value."""
        return TenantInfo(
            key=self.key,
            id=self.id,
            name=self.name,
            created_at=from_ms(self.created_ms),
            archived_at=None if self.archived_ms is None else from_ms(self.archived_ms),
            retention_days=self.retention_days,
        )
