"""Documents: compressed with a dictionary of our own, given back byte for byte.

A zstd (de)compressor shared by threads crashes the process, so each thread makes its own.
"""

import threading
from functools import cache
from hashlib import blake2b
from importlib import resources

import zstandard
from sqlalchemy.orm import Session

from lamis.alerts.names import remembered_key
from lamis.storage.raw import driver

_FILE = "dictionary_v1.zdict"
_LEVEL = 3
_own = threading.local()


@cache
def shipped_dictionary() -> tuple[str, bytes]:
    """The dictionary that new documents are compressed with: its version and body."""
    body = resources.files("lamis.alerts").joinpath(_FILE).read_bytes()
    return f"v1-{blake2b(body, digest_size=6).hexdigest()}", body


def dictionary_key(session: Session) -> int:
    """The key of the shipped dictionary, kept in the database from its first use on."""
    version, body = shipped_dictionary()
    connection = driver(session)

    def make() -> int:
        connection.execute(
            "INSERT INTO document_dictionary (version, body) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (version, body),
        )
        row = connection.execute("SELECT key FROM document_dictionary WHERE version = ?", (version,))
        return int(row.fetchone()[0])

    return remembered_key(session, ("dictionary", version), make)


def compressed(raw: bytes) -> bytes | None:
    """`raw` compressed with the shipped dictionary, or None where that would not be shorter."""
    compressor: zstandard.ZstdCompressor | None = getattr(_own, "compressor", None)
    if compressor is None:
        dictionary = zstandard.ZstdCompressionDict(shipped_dictionary()[1])
        compressor = _own.compressor = zstandard.ZstdCompressor(
            level=_LEVEL, dict_data=dictionary, write_checksum=False
        )
    body = compressor.compress(raw)
    return body if len(body) < len(raw) else None


class DocumentReader:
    """Reads stored bodies within one session."""

    def __init__(self, session: Session) -> None:
        self._connection = driver(session)
        self._versions: dict[int, str] = {}

    def read(self, dictionary_key: int, size_bytes: int, body: bytes | None) -> bytes | None:
        """The document of a row of `alert_document`; None where it was unreadable."""
        if body is None or dictionary_key == 0:
            return body
        return self._decompressor(dictionary_key).decompress(body, max_output_size=size_bytes)

    def _decompressor(self, key: int) -> zstandard.ZstdDecompressor:
        version = self._versions.get(key)
        if version is None:
            row = self._connection.execute("SELECT version FROM document_dictionary WHERE key = ?", (key,))
            version = self._versions[key] = str(row.fetchone()[0])
        made: dict[str, zstandard.ZstdDecompressor] = _own.__dict__.setdefault("decompressors", {})
        if version not in made:
            row = self._connection.execute("SELECT body FROM document_dictionary WHERE key = ?", (key,))
            made[version] = zstandard.ZstdDecompressor(
                dict_data=zstandard.ZstdCompressionDict(row.fetchone()[0])
            )
        return made[version]
