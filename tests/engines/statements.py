"""What a session asks of its engine, and how the engine finds it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import event
from sqlalchemy.orm import Session


class Statement(NamedTuple):
    """A statement as it is sent, with the values of its parameters."""

    sql: str
    values: tuple[object, ...]


@contextmanager
def statements_of(session: Session) -> Iterator[list[Statement]]:
    """The statements that `session` sends meanwhile, in their order."""
    sent: list[Statement] = []

    def note(_connection: object, _cursor: object, sql: str, values: tuple[object, ...], *_: object) -> None:
        sent.append(Statement(sql, values))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(connection, "before_cursor_execute", note)


def plan_of(session: Session, statement: Statement) -> str:
    """How the engine would find what `statement` asks for, a line for each step."""
    connection = session.connection()
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    steps = connection.exec_driver_sql(f"{explain} {statement.sql}", statement.values)
    return "\n".join(str(step[-1]) for step in steps)
