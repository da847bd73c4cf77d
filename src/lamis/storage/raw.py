"""The driver's own connection, for the hot statements: each is written once, with marks where engines differ.

Values are `?`. The marks are:

    @keys(j), @texts(j)  a list as the rows `j.value`: a number or text each, in its order where the
                         statement ends with @order(j)
    @is_any_key, @is_any_text  is one of a list
    @then                joins the next table after those before it (SQLite would choose another order)
    @each … @where … @end(t)  the same for a table `t` that is sought for each row so far, whatever is
                         known of its size: PostgreSQL knows nothing yet of one that has just been filled
    @by(index)           names the index that SQLite has to take; @by_none: none

A list is given as `raw.listed(values)`.
"""

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any, Protocol

import psycopg
from sqlalchemy.orm import Session

from lamis.storage.arrays import TYPES, Column

_MARK = re.compile(r"@(\w+)(?:\((\w+)\))?")
_ON_SQLITE = {
    "keys": "json_each(?) {0}",
    "texts": "json_each(?) {0}",
    "order": "",
    "is_any_key": "IN (SELECT value FROM json_each(?))",
    "is_any_text": "IN (SELECT value FROM json_each(?))",
    "then": "CROSS JOIN",
    "each": "CROSS JOIN",
    "where": "WHERE",
    "end": "",
    "by": " INDEXED BY {0}",
    "by_none": " NOT INDEXED",
    "matches": "alert_text MATCH ?",
    "text_key": "rowid",
    "in_network": "in_network",
}
_ON_POSTGRES = {
    "keys": "unnest(?::bigint[]) WITH ORDINALITY {0}(value, place)",
    "texts": "unnest(?::text[]) WITH ORDINALITY {0}(value, place)",
    "order": " ORDER BY {0}.place",
    "is_any_key": "= ANY (?::bigint[])",
    "is_any_text": "= ANY (?::text[])",
    "then": "JOIN",
    "each": "CROSS JOIN LATERAL (SELECT * FROM",
    "where": "WHERE",
    "end": "OFFSET 0) {0}",
    "by": "",
    "by_none": "",
    "matches": "words @@ ?::tsquery",
    "text_key": "alert_key",
    "in_network": "lamis_in_network",
}

# Rows of one statement on SQLite. Each statement gives the interpreter to other threads and has to get it
# back: row by row, storing comes to a stand beside a busy thread. Each number has a statement kept ready.
_AT_ONCE = (125, 25)

Value = int | str | bytes | float | bool | None
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Into:
    """A table with the columns to fill, each with its type on PostgreSQL.

    `is_virtual` tables of SQLite take rows faster one by one.
    """

    table: str
    columns: Mapping[str, str]
    conflict: str = ""
    is_virtual: bool = False
    _for_some: dict[int, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def one(self) -> str:
        """The statement for one row of values."""
        return self.some(1)

    def some(self, number: int) -> str:
        """The statement for the values of some rows, one after the other."""
        if number not in self._for_some:
            values = f"({','.join('?' * len(self.columns))})"
            self._for_some[number] = (
                f"INSERT INTO {self.table} ({', '.join(self.columns)})"  # noqa: S608
                f" VALUES {','.join([values] * number)} {self.conflict}"
            )
        return self._for_some[number]

    @cached_property
    def all(self) -> str:
        """The statement for an array of each column."""
        names = ", ".join(self.columns)
        values = ", ".join(f"j.{name}::{type_}" for name, type_ in self.columns.items())
        return f"INSERT INTO {self.table} ({names}) SELECT {values} FROM {self._rows} {self.conflict}"  # noqa: S608

    @cached_property
    def one_gone(self) -> str:
        """The statement that deletes what has one row of values."""
        return f"DELETE FROM {self.table} WHERE {' AND '.join(f'{name} = ?' for name in self.columns)}"  # noqa: S608

    @cached_property
    def all_gone(self) -> str:
        """The statement that deletes what has the values of an array of each column."""
        same = " AND ".join(f"t.{name} = j.{name}" for name in self.columns)
        return f"DELETE FROM {self.table} t USING {self._rows} WHERE {same}"  # noqa: S608

    @cached_property
    def _rows(self) -> str:
        sent = ", ".join(f"?::{TYPES[type_][1]}[]" for type_ in self.columns.values())
        return f"unnest({sent}) j({', '.join(self.columns)})"

    def arrays(self, rows: Sequence[Sequence[Any]]) -> list[Column]:
        """The values of `rows`, column by column."""
        kinds = (TYPES[type_][0] for type_ in self.columns.values())
        return [kind(column) for kind, column in zip(kinds, zip(*rows, strict=True), strict=True)]


class Answer(Protocol):
    """The rows of a statement, read once."""

    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...

    def __iter__(self) -> Iterator[Any]: ...

    def close(self) -> None: ...


class Raw(Protocol):
    """The connection of a session's transaction."""

    @property
    def is_postgres(self) -> bool: ...

    def execute(self, sql: str, values: Sequence[object] = ()) -> Answer: ...

    def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> object: ...

    def listed(self, values: Iterable[int] | Iterable[str]) -> object:
        """A list as the value of a mark."""
        ...

    def insert(self, into: Into, rows: Sequence[Sequence[object]]) -> None: ...

    def delete(self, of: Into, rows: Sequence[Sequence[object]]) -> None:
        """Delete the rows that have one of the tuples of values in the columns of `of`."""
        ...

    def together(self) -> AbstractContextManager[object]:
        """Within it, writes need not wait for each other's answer; a failure may come at its end."""
        ...


class _Sqlite:
    is_postgres = False

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Answer:
        return self._connection.execute(_for_sqlite(sql), values)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        self._connection.executemany(_for_sqlite(sql), rows)

    def listed(self, values: Iterable[int] | Iterable[str]) -> object:
        return json.dumps(list(values))

    def insert(self, into: Into, rows: Sequence[Sequence[Any]]) -> None:
        at = 0
        for number in () if into.is_virtual else _AT_ONCE:
            while at + number <= len(rows):
                values = [*chain.from_iterable(rows[at : at + number])]
                self._connection.execute(into.some(number), values)
                at += number
        if at < len(rows):
            self._connection.executemany(into.one, rows[at:])

    def delete(self, of: Into, rows: Sequence[Sequence[Any]]) -> None:
        self._connection.executemany(of.one_gone, rows)

    def together(self) -> AbstractContextManager[object]:
        return nullcontext()


class _Postgres:
    is_postgres = True

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Answer:
        return self._connection.execute(_for_postgres(sql), values, binary=True)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(_for_postgres(sql), rows)

    def listed(self, values: Iterable[int] | Iterable[str]) -> object:
        return list(values)

    def insert(self, into: Into, rows: Sequence[Sequence[Any]]) -> None:
        # COPY is refused where row-level security holds.
        if rows:
            self._connection.execute(_for_postgres(into.all), into.arrays(rows))

    def delete(self, of: Into, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            self._connection.execute(_for_postgres(of.all_gone), of.arrays(rows))

    def together(self) -> AbstractContextManager[object]:
        return self._connection.pipeline()


def driver(session: Session) -> Raw:
    """The driver's connection inside the session's transaction."""
    connection = session.connection().connection.driver_connection
    if isinstance(connection, sqlite3.Connection):
        return _Sqlite(connection)
    assert isinstance(connection, psycopg.Connection)
    return _Postgres(connection)


def _marked(sql: str, meant: dict[str, str]) -> str:
    return _MARK.sub(lambda mark: meant[mark[1]].format(mark[2]), sql)


@lru_cache(maxsize=2048)
def _for_sqlite(sql: str) -> str:
    return _marked(sql, _ON_SQLITE)


@lru_cache(maxsize=2048)
def _for_postgres(sql: str) -> bytes:
    return _marked(sql.replace("%", "%%"), _ON_POSTGRES).replace("?", "%s").encode()
