"""Static files as they are served: what they name carries a digest, too, and texts are packed once."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

_NAMES = {
    ".js": re.compile(rb'(?<=from ")(\.{1,2}/[\w./-]+)(?=")'),
    ".css": re.compile(rb"(?<=url\()(\.{1,2}/[\w./-]+)(?=\))"),
}
_TEXTS = frozenset({".css", ".js", ".svg", ".txt"})


@dataclass(frozen=True, slots=True)
class Asset:
    """One file. `packed` is None where packing gains nothing."""

    body: bytes
    packed: bytes | None
    digest: str


def read(folder: Path, path: str) -> Asset:
    """The file as it is served; its digest changes with what it names. Scripts must not import in a circle.

    Without the digests a browser asks for each module and font again on every page, one after the other.
    Raises FileNotFoundError.
    """
    file = folder / path
    body = file.read_bytes()
    if names := _NAMES.get(file.suffix):
        body = names.sub(lambda found: _dated(folder, path, found.group().decode()).encode(), body)
    packed = gzip.compress(body, mtime=0) if file.suffix in _TEXTS else None
    return Asset(body, packed, hashlib.sha256(body).hexdigest()[:12])


def _dated(folder: Path, path: str, name: str) -> str:
    target = (folder / path).parent.joinpath(name).resolve().relative_to(folder.resolve())
    return f"{name}?v={read(folder, target.as_posix()).digest}"
