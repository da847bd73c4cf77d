"""Raw counts for the ledger: what is stored of a stretch of one connection's time."""

from sqlalchemy.orm import Session

from lamis.alerts.results import Recount
from lamis.alerts.rules import first_key
from lamis.base.errors import NotFound
from lamis.base.scope import Scope
from lamis.storage.raw import driver

# As in the index ix_alert_odd_time, word by word: it serves only that.
_ODD = "(time_ms IS NULL OR time_ms <> (key >> 20) + 946684800000)"
_COUNT = "SELECT count(*), count(unreadable) FROM alert"


def recount(
    session: Session, scope: Scope, connection_key: int, from_ms: int | None, to_ms: int | None
) -> Recount:
    """Count the documents of [from_ms, to_ms) by their own time, one by one; findings are not documents.

    Both bounds None: the documents without a time. Raises NotFound for a foreign connection.
    """
    connection = driver(session)
    owner = connection.execute(
        "SELECT tenant_key FROM connection WHERE key = ?", (connection_key,)
    ).fetchone()
    if owner is None or not scope.holds(owner[0]):
        raise NotFound("There is no such source.")
    if from_ms is None or to_ms is None:
        within, bounds = "time_ms IS NULL", tuple[int, ...]()
    else:
        within, bounds = "time_ms >= ? AND time_ms < ?", (from_ms, to_ms)
    odd = connection.execute(
        f"{_COUNT}@by(ix_alert_odd_time) WHERE connection_key = ? AND NOT is_finding AND {within} AND {_ODD}",
        (connection_key, *bounds),
    ).fetchone()
    plain = (0, 0)
    if bounds:
        # Of all others the key tells the time.
        plain = connection.execute(
            f"{_COUNT}@by(ix_alert_connection)"
            f" WHERE connection_key = ? AND key >= ? AND key < ? AND NOT is_finding AND NOT {_ODD}",
            (connection_key, *(first_key(bound) for bound in bounds)),
        ).fetchone()
    refused = connection.execute(
        f"SELECT count(*) FROM refused_document WHERE connection_key = ? AND {within}",  # noqa: S608
        (connection_key, *bounds),
    ).fetchone()
    return Recount(here=odd[0] + plain[0], refused=refused[0], unreadable=odd[1] + plain[1])
