"""Facts about the installation, by name."""

import secrets

from sqlalchemy import text
from sqlalchemy.orm import Session

from lamis.storage.engine import once
from lamis.storage.tables import InstallationState

MARK = "mark"


def state(session: Session, name: str) -> str | None:
    """The value of `name`, or None."""
    return once(session, "state", lambda: _all(session)).get(name)


def _all(session: Session) -> dict[str, str | None]:
    rows = session.connection().exec_driver_sql("SELECT name, value FROM installation_state")
    return {row.name: row.value for row in rows}


def installation_mark(session: Session) -> str:
    """What tells this installation from others that share a Redis; made once, by whoever asks first."""
    session.execute(
        text("INSERT INTO installation_state (name, value) VALUES (:name, :value) ON CONFLICT DO NOTHING"),
        {"name": MARK, "value": secrets.token_hex(4)},
    )
    return state(session, MARK) or ""


def hold_installation(session: Session) -> None:
    """Have other processes that ask for the same wait until this transaction ends."""
    installation_mark(session)
    session.get(InstallationState, MARK, with_for_update=True)


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
