"""Columns of values as PostgreSQL's binary arrays: the driver's own lists cost six times as much to send."""

from collections.abc import Sequence
from struct import Struct, pack
from typing import Any

from psycopg import Connection
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

_HEAD = Struct(">iiiii")
_LENGTH = Struct(">i")
_NULL = _LENGTH.pack(-1)
_BIGINT = Struct(">iq")
_TRUE, _FALSE = pack(">i?", 1, True), pack(">i?", 1, False)


class Column:
    """The values of one column, of one of TYPES."""

    __slots__ = ("values",)
    element_oid: int

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values

    def body(self) -> bytes:
        raise NotImplementedError

    def binary(self) -> bytes:
        """The array as the server takes it."""
        is_empty = not self.values
        head = (0, 0, self.element_oid) if is_empty else (1, 1, self.element_oid)
        return _HEAD.pack(*head, len(self.values), 1)[: 12 if is_empty else 20] + self.body()


class Bigints(Column):
    element_oid = 20

    def body(self) -> bytes:
        values = self.values
        if None in values:
            return b"".join(_NULL if value is None else _BIGINT.pack(8, value) for value in values)
        flat = [8] * (2 * len(values))
        flat[1::2] = values
        return pack(f">{'iq' * len(values)}", *flat)


class Texts(Column):
    element_oid = 25

    def body(self) -> bytes:
        parts: list[bytes] = []
        for value in self.values:
            if value is None:
                parts.append(_NULL)
            else:
                raw = value.encode()
                parts += (_LENGTH.pack(len(raw)), raw)
        return b"".join(parts)


class Bytes(Column):
    element_oid = 17

    def body(self) -> bytes:
        parts: list[bytes] = []
        for value in self.values:
            parts += (_NULL,) if value is None else (_LENGTH.pack(len(value)), value)
        return b"".join(parts)


class Booleans(Column):
    element_oid = 16

    def body(self) -> bytes:
        return b"".join([_TRUE if value else _FALSE for value in self.values])


# The types of columns that are sent, and as what.
TYPES: dict[str, tuple[type[Column], str]] = {
    "bigint": (Bigints, "bigint"),
    "smallint": (Bigints, "bigint"),
    "text": (Texts, "text"),
    "tsvector": (Texts, "text"),
    "bytea": (Bytes, "bytea"),
    "boolean": (Booleans, "boolean"),
}
_ARRAY_OIDS = {Bigints: 1016, Texts: 1009, Bytes: 1001, Booleans: 1000}


def register(connection: Connection[Any]) -> None:
    """Let a connection send columns."""
    for kind, oid in _ARRAY_OIDS.items():
        connection.adapters.register_dumper(
            kind, type(f"{kind.__name__}Dumper", (_ColumnDumper,), {"oid": oid})
        )


class _ColumnDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Column) -> Buffer | None:
        return obj.binary()
