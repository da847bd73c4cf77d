"""What the two engines do differently, behind one name each, for rooms that write no SQL of their own."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, ColumnElement, Dialect, Text, bindparam, literal, text
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from lamis.storage.tables import Table

_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def alone(session: Session, name: str) -> None:
    """From here to the end of the transaction nobody else is past the same line with the same `name`.

    For rules that look before they write: that a name is free, that an operator is left. Call it before
    looking. On SQLite a write transaction is alone from its beginning.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_ALONE, {"name": f"lamis.{name}"})


def insert_if_new(session: Session, model: type[Table], values: Mapping[str, Any]) -> bool:
    """Insert a row unless one of its unique values is there already; True where it was inserted.

    Unlike a caught error, this leaves the transaction usable on PostgreSQL.
    """
    table = model.__table__
    assert isinstance(table, SqlTable)
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = make(table).values(**values).on_conflict_do_nothing().returning(*table.primary_key)
    return session.execute(statement).first() is not None


def json_merged(
    column: InstrumentedAttribute[dict[str, Any]], facts: Mapping[str, object]
) -> ColumnElement[object]:
    """A JSON object's column with `facts` changed in it, as an expression; None takes a fact away."""
    changed = {name: fact for name, fact in facts.items() if fact is not None}
    dropped = [name for name, fact in facts.items() if fact is None]
    return _JsonMerged(column, *(literal(json.dumps(each)) for each in (facts, changed, dropped)))


def one_of(column: InstrumentedAttribute[str], name: str) -> ColumnElement[bool]:
    """That a text is in the list of texts bound as `name`; one value, so the statement is always the same."""
    return column.bool_op("IN")(_Each(bindparam(name, type_=_Texts())))


class _Texts(TypeDecorator[Sequence[str]]):
    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return postgresql.ARRAY(Text()) if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> Any:
        listed = list(value or ())
        return listed if dialect.name == "postgresql" else json.dumps(listed)


class _Each(FunctionElement[str]):
    type = Text()
    inherit_cache = True


@compiles(_Each, "sqlite")
def _each_on_sqlite(element: _Each, compiler: SQLCompiler, **options: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **options)}))"  # noqa: S608 -- a parameter


@compiles(_Each, "postgresql")
def _each_on_postgres(element: _Each, compiler: SQLCompiler, **options: Any) -> str:
    return f"(SELECT unnest(CAST({compiler.process(element.clauses, **options)} AS text[])))"


class _JsonMerged(FunctionElement[object]):
    type = JSON()
    inherit_cache = True


@compiles(_JsonMerged, "sqlite")
def _on_sqlite(element: _JsonMerged, compiler: SQLCompiler, **options: Any) -> str:
    column, facts, _, _ = element.clauses
    return f"json_patch({compiler.process(column, **options)}, {compiler.process(facts, **options)})"


@compiles(_JsonMerged, "postgresql")
def _on_postgres(element: _JsonMerged, compiler: SQLCompiler, **options: Any) -> str:
    column, _, changed, dropped = (compiler.process(clause, **options) for clause in element.clauses)
    merged = f"CAST({column} AS jsonb) || CAST({changed} AS jsonb)"
    names = f"ARRAY(SELECT json_array_elements_text(CAST({dropped} AS json)))"
    return f"CAST(({merged}) - {names} AS json)"
