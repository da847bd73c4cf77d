"""Facts about the installation, by name."""

from sqlalchemy.orm import Session

from lamis.storage.engine import ReadSession
from lamis.storage.tables import InstallationState

MARK = "mark"  # made with the tables; tells installations apart that share a Redis
_KNOWN = "storage.state"


def state(session: Session, name: str) -> str | None:
    """The value of `name`, or None. A session that only reads sees one state, so it asks once."""
    if not isinstance(session, ReadSession):
        row = session.get(InstallationState, name)
        return row.value if row else None
    known: dict[str, str | None] | None = session.info.get(_KNOWN)
    if known is None:
        rows = session.connection().exec_driver_sql("SELECT name, value FROM installation_state")
        known = session.info[_KNOWN] = {row.name: row.value for row in rows}
    return known.get(name)


def set_state(session: Session, name: str, value: str | None) -> None:
    """Keep `value` under `name`; None forgets it."""
    row = session.get(InstallationState, name)
    if value is None:
        if row:
            session.delete(row)
    elif row:
        row.value = value
    else:
        session.add(InstallationState(name=name, value=value))
    session.flush()
