"""Forgetting what time has made useless."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lamis.delivery.models import Delivery


def forget_old(session: Session, *, before_ms: int) -> None:
    """Delete deliveries made before `before_ms`, with their attempts."""
    session.execute(delete(Delivery).where(Delivery.created_ms < before_ms))
