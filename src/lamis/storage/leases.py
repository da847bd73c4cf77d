"""What only one process of an installation does at a time."""

from datetime import datetime

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.storage.tables import Lease

SCHEDULER = "scheduler"


_TAKE = text(
    "INSERT INTO lease (name, holder, until_ms) VALUES (:name, :holder, :until_ms)"
    " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_ms = excluded.until_ms"
    " WHERE lease.holder = excluded.holder OR lease.until_ms <= :now_ms OR lease.until_ms > :far_ms"
)


def take(session: Session, name: str, *, holder: str, lasts_ms: int, now: datetime) -> bool:
    """Take or keep a lease for `lasts_ms`; False while another holds it.

    One that reaches further than a lease can is of a clock that went back since.
    """
    now_ms = to_ms(now)
    values = {"name": name, "holder": holder, "until_ms": now_ms + lasts_ms}
    taken = session.execute(_TAKE, {**values, "now_ms": now_ms, "far_ms": now_ms + 2 * lasts_ms})
    return bool(taken.rowcount)  # type: ignore[attr-defined]  # an INSERT's result has it


def drop(session: Session, name: str, *, holder: str) -> None:
    """Let another process have it at once; nothing happens where another has it already."""
    session.execute(update(Lease).where(Lease.name == name, Lease.holder == holder).values(until_ms=0))


def is_held(session: Session, name: str, *, now: datetime) -> bool:
    """Whether somebody has it."""
    row = session.get(Lease, name)
    return row is not None and row.until_ms > to_ms(now)
