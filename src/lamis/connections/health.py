"""Facts about a source beyond its columns, learned by slices and by chores at the same time."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from lamis.connections.models import Connection
from lamis.storage.dialects import json_merged


def merged(facts: Mapping[str, object]) -> ColumnElement[object]:
    """An expression for the column `health` with `facts` changed in it; None takes a fact away.

    Slices and chores know different facts of a source, and neither may undo the other's.
    """
    return json_merged(Connection.health, facts)


def learn(session: Session, connection_key: int, facts: Mapping[str, object]) -> None:
    """Keep `facts` of a source, such as `last_new_ms`, `silent_since_ms`, `window_error`, `gap_ms`."""
    session.execute(
        update(Connection)
        .where(Connection.key == connection_key)
        .values(health=merged(facts))
        .execution_options(synchronize_session=False)
    )
