"""The file of a backup: read back as written, and refused when it is not whole."""

import io

import pytest

from lamis.base.errors import Invalid
from lamis.schema.archive import FORMAT, ArchiveReader, ArchiveWriter, Head

HEAD = Head("1.0", "0001", "sqlite", "2026-11-21T12:00:00Z", {"tenant": ["key", "name"], "label": ["key"]})
ROWS = [(1, "North"), (2, None), (3, b"\x00\xff"), (4, True), (5, {"a": [1]})]


def written() -> bytes:
    file = io.BytesIO()
    writer = ArchiveWriter(file)
    writer.head(HEAD, {"secret.key": "s" * 40})
    writer.rows("tenant", ROWS[:2])
    writer.rows("tenant", ROWS[2:])
    writer.close()
    return file.getvalue()


def test_what_is_written_is_read() -> None:
    with ArchiveReader(io.BytesIO(written())) as archive:
        chunks = list(archive.chunks())
        assert archive.head == HEAD
        assert archive.keys == {"secret.key": "s" * 40}
    assert [row for chunk in chunks for row in chunk.rows] == [list(row) for row in ROWS]
    assert {chunk.table for chunk in chunks} == {"tenant"}


def test_a_backup_cut_anywhere_is_not_whole() -> None:
    whole = written()
    body = len(whole.rstrip(b"\0"))
    for length in range(1024, body, 256):
        with pytest.raises(Invalid), ArchiveReader(io.BytesIO(whole[:length])) as archive:
            list(archive.chunks())


def test_a_changed_chunk_is_noticed_by_its_checksum() -> None:
    whole = bytearray(written())
    at = whole.index(b"North")
    whole[at : at + 5] = b"South"
    with pytest.raises(Invalid, match="not whole"), ArchiveReader(io.BytesIO(bytes(whole))) as archive:
        list(archive.chunks())


@pytest.mark.parametrize("content", [b"", b"root:x:0:0", b"\0" * 4096])
def test_another_file_is_no_backup(content: bytes) -> None:
    with pytest.raises(Invalid, match="not a backup"):
        ArchiveReader(io.BytesIO(content))


def test_a_newer_format_is_refused() -> None:
    file = io.BytesIO()
    writer = ArchiveWriter(file)
    writer.head(Head("9", "0001", "sqlite", "", {}, format=FORMAT + 1), {})
    writer.close()
    with pytest.raises(Invalid, match="newer LAMIS"):
        ArchiveReader(io.BytesIO(file.getvalue()))
