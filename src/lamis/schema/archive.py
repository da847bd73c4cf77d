"""The file of a backup: a tar of a head, the keys, every table in chunks, and an end that proves it whole.

Nothing in it depends on the engine, so that what one wrote another can read. Rows are msgpack lists in
the order of the columns that the head names, each chunk compressed with its checksum.
"""

import io
import tarfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from types import TracebackType
from typing import BinaryIO, Self

import msgspec
import zstandard

from lamis.base.errors import Invalid

FORMAT = 1
_HEAD, _END = "lamis-backup.json", "complete.json"
_MOST_CHUNK_BYTES = 1 << 30
_NOT_ONE = "This file is not a backup of LAMIS."
_CUT = "This backup is not whole: it was cut short or changed. Use another one."

Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class Head:
    """What a backup tells first: `tables` maps each table to its columns, in the order they are restored."""

    version: str
    revision: str
    engine: str
    made_at: str
    tables: dict[str, list[str]]
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of one table."""

    table: str
    rows: list[list[object]]


@dataclass(slots=True)
class ArchiveWriter:
    """Writes a backup; `close` writes its end, without which it is not whole."""

    file: BinaryIO
    counts: dict[str, int] = field(default_factory=dict)
    _tar: tarfile.TarFile = field(init=False)

    def __post_init__(self) -> None:
        self._tar = tarfile.open(mode="w", fileobj=self.file)  # noqa: SIM115 -- `close` does

    def head(self, head: Head, keys: Mapping[str, str]) -> None:
        """The first members: what this is, and the keys of the installation."""
        self.counts = dict.fromkeys(head.tables, 0)
        self._add(_HEAD, msgspec.json.encode(asdict(head)))
        for name, key in keys.items():
            self._add(f"keys/{name}", key.encode())

    def rows(self, table: str, rows: Sequence[Row]) -> None:
        """The next rows of `table`."""
        packed = msgspec.msgpack.encode(rows)
        self._add(f"tables/{table}/{self.counts[table]:012}", _compressor().compress(packed))
        self.counts[table] += len(rows)

    def close(self) -> None:
        """Without this end a backup is not whole."""
        self._add(_END, msgspec.json.encode(self.counts))
        self._tar.close()

    def _add(self, name: str, body: bytes) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode, member.mtime = len(body), 0o600, int(time.time())
        self._tar.addfile(member, io.BytesIO(body))


class ArchiveReader:
    """Reads a backup once, from its beginning. Raises Invalid for what is none, or not whole."""

    def __init__(self, file: BinaryIO) -> None:
        try:
            self._tar = tarfile.open(mode="r|", fileobj=file)  # noqa: SIM115 -- `__exit__` does
            first = self._tar.next()
            body = self._body(first) if first is not None and first.name == _HEAD else b"{}"
            self.head = msgspec.json.decode(body, type=Head)
        except (tarfile.TarError, msgspec.MsgspecError, EOFError) as error:
            raise Invalid(_NOT_ONE, field="file") from error
        if self.head.format != FORMAT:
            raise Invalid(
                "This backup was made by a newer LAMIS; restore it with that version.", field="file"
            )
        self.keys: dict[str, str] = {}
        self._counts: dict[str, int] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tar.close()

    def chunks(self) -> Iterator[Chunk]:
        """Every chunk in order; the keys stand in `keys` before the first. Ends normally only when whole."""
        found = dict.fromkeys(self.head.tables, 0)
        try:
            for member in self._tar:
                kind, _, rest = member.name.partition("/")
                if kind == "keys":
                    self.keys[rest] = self._body(member).decode()
                elif kind == "tables":
                    chunk = self._chunk(rest.partition("/")[0], self._body(member))
                    found[chunk.table] += len(chunk.rows)
                    yield chunk
                elif member.name == _END:
                    self._counts = msgspec.json.decode(self._body(member), type=dict[str, int])
        except (tarfile.TarError, zstandard.ZstdError, msgspec.MsgspecError, KeyError, EOFError) as error:
            raise Invalid(_CUT, field="file") from error
        if self._counts != found:
            raise Invalid(_CUT, field="file")

    def _body(self, member: tarfile.TarInfo) -> bytes:
        file = self._tar.extractfile(member)
        return file.read() if file is not None else b""

    def _chunk(self, table: str, body: bytes) -> Chunk:
        packed = zstandard.ZstdDecompressor().decompress(body, max_output_size=_MOST_CHUNK_BYTES)
        return Chunk(table, msgspec.msgpack.decode(packed, type=list[list[object]]))


def _compressor() -> zstandard.ZstdCompressor:
    return zstandard.ZstdCompressor(level=3, write_checksum=True)
