"""What the collector and the findings ask of the alerts of one connection."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from lamis.alerts.models import Alert, AlertCount, Label, SourceIndex
from lamis.alerts.rules import first_key
from lamis.base.clock import QUARTER_MS
from lamis.base.scope import Scope
from lamis.storage.within import within


def index_names(
    session: Session, scope: Scope, connection_key: int, *, from_ms: int, to_ms: int, most: int = 8
) -> list[str]:
    """The exact indexes that stored documents of [from_ms, to_ms) came from, at most `most`."""
    query = (
        select(SourceIndex.name)
        .where(*_documents(scope, connection_key))
        .select_from(Alert)
        .join(SourceIndex, SourceIndex.key == Alert.index_key)
        .where(Alert.key >= first_key(from_ms), Alert.key < first_key(to_ms))
    )
    return list(session.scalars(query.distinct().limit(most)))


def newest_origins(
    session: Session, scope: Scope, connection_key: int, *, most: int = 20, before_ms: int | None = None
) -> list[tuple[str, str]]:
    """(index, _id) of the newest stored documents before `before_ms`, by which a source is known again."""
    below = [] if before_ms is None else [Alert.key < first_key(before_ms)]
    query = (
        select(SourceIndex.name, Alert.doc_id)
        .where(*_documents(scope, connection_key), *below)
        .select_from(Alert)
        .join(SourceIndex, SourceIndex.key == Alert.index_key)
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(Alert.key.desc()).limit(most))]


def times_and_devices(
    session: Session, scope: Scope, connection_key: int, *, since_ms: int, most: int
) -> list[tuple[int, int | None]]:
    """Time and device label of the newest documents since `since_ms`, at most `most`."""
    query = (
        select(Alert.time_ms, Alert.device_label)
        .where(*_documents(scope, connection_key))
        .where(Alert.key >= first_key(since_ms), Alert.time_ms.is_not(None))
    )
    return [(row[0] or 0, row[1]) for row in session.execute(query.order_by(Alert.key.desc()).limit(most))]


def quarters_with_documents(
    session: Session, scope: Scope, connection_key: int, *, tenant_key: int, since_ms: int
) -> list[int]:
    """The quarters of an hour (since 1970) from `since_ms` on that hold documents of a connection."""
    query = select(AlertCount.quarter).where(
        AlertCount.tenant_key == tenant_key,
        AlertCount.quarter >= since_ms // QUARTER_MS,
        AlertCount.connection_key == connection_key,
        AlertCount.is_finding.is_(False),
        within(scope, AlertCount.tenant_key),
    )
    return list(session.scalars(query.distinct().order_by(AlertCount.quarter)))


def devices_of_rules(
    session: Session, scope: Scope, connection_key: int, *, rules: Sequence[str], from_ms: int, to_ms: int
) -> set[tuple[str, str]]:
    """(rule, device) of the documents of [from_ms, to_ms) with one of `rules`."""
    rule, device = aliased(Label), aliased(Label)
    query = (
        select(rule.text, device.text)
        .select_from(Alert)
        .join(rule, (rule.key == Alert.rule_label) & (rule.kind == "rule") & rule.text.in_(rules))
        .outerjoin(device, device.key == Alert.device_label)
        .where(*_documents(scope, connection_key))
        .where(Alert.key >= first_key(from_ms), Alert.key < first_key(to_ms))
    )
    return {(row[0], row[1] or "an unnamed agent") for row in session.execute(query.distinct())}


def _documents(scope: Scope, connection_key: int) -> list[ColumnElement[bool]]:
    """The conditions for the stored documents of a connection, own findings left out."""
    return [
        Alert.connection_key == connection_key,
        Alert.is_finding.is_(False),
        within(scope, Alert.tenant_key),
    ]
