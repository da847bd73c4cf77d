"""Lists and single alerts. Pages cost the same however many alerts there are."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lamis.alerts.results import (
    AlertDetail,
    Around,
    Bucket,
    NumberedPage,
    Page,
    Recount,
    SourceDocumentsPage,
    Top,
)
from lamis.alerts.types import Filter, Severity
from lamis.base.scope import Scope


def page(
    session: Session, scope: Scope, wanted: Filter, *, cursor: str | None = None, limit: int = 100
) -> Page:
    raise NotImplementedError


def numbered_page(
    session: Session, scope: Scope, wanted: Filter, *, number: int, size: int = 25
) -> NumberedPage:
    raise NotImplementedError


def alert_by_key(session: Session, scope: Scope, key: int) -> AlertDetail:
    raise NotImplementedError


def alert_by_origin(
    session: Session, scope: Scope, connection_id: str, index: str, doc_id: str
) -> AlertDetail:
    raise NotImplementedError


def around(session: Session, scope: Scope, key: int) -> Around:
    raise NotImplementedError


def count(session: Session, scope: Scope, wanted: Filter) -> int:
    raise NotImplementedError


def severity_counts(session: Session, scope: Scope, wanted: Filter) -> dict[Severity, int]:
    raise NotImplementedError


def histogram(session: Session, scope: Scope, wanted: Filter, *, step: timedelta) -> list[Bucket]:
    """`wanted.since` and `wanted.until` must be set; `step` is a multiple of 15 minutes."""
    raise NotImplementedError


def top(session: Session, scope: Scope, wanted: Filter, kind: str, *, limit: int = 10) -> Top:
    """`kind`: rule, device, user, group, mitre, address, connection."""
    raise NotImplementedError


def source_documents_page(
    session: Session, scope: Scope, *, number: int, size: int, now: datetime
) -> SourceDocumentsPage:
    raise NotImplementedError


def recount(
    session: Session, scope: Scope, connection_key: int, from_ms: int | None, to_ms: int | None
) -> Recount:
    """Both bounds None: the documents without a time."""
    raise NotImplementedError
