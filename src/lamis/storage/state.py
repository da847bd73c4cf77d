"""Facts about the installation, by name."""

from sqlalchemy.orm import Session

from lamis.storage.tables import InstallationState


def state(session: Session, name: str) -> str | None:
    """The value of `name`, or None."""
    row = session.get(InstallationState, name)
    return row.value if row else None


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
