"""Requested work with progress (tasks), and recurring chores: each row is the job."""

from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lamis.storage.tables import BIG, Table


class Task(Table):
    """Something a person asked for that takes a while. `state`: waiting, running, done, failed."""

    __tablename__ = "task"
    __table_args__ = (Index("ix_task_state_due_ms", "state", "due_ms"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    tenant_key: Mapped[int | None] = mapped_column(BIG)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(10))
    asked_by: Mapped[str] = mapped_column(String(26))
    created_ms: Mapped[int]
    due_ms: Mapped[int]
    claimed_until_ms: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    message: Mapped[str] = mapped_column(default="")
    finished_ms: Mapped[int | None]


class Chore(Table):
    """Work the clock does again and again, such as retention."""

    __tablename__ = "chore"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    every_ms: Mapped[int]
    due_ms: Mapped[int]
    claimed_until_ms: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    finished_ms: Mapped[int | None]
    error: Mapped[str | None]
