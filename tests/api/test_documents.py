"""Documents inside our own JSON."""

import msgspec
import pytest

from lamis.api.documents import embedded


def test_a_document_stays_byte_for_byte() -> None:
    raw = b'{"b" :1.0,"a":"\\u00e9", "b":2}'
    assert msgspec.json.encode({"document": embedded(raw)}) == b'{"document":' + raw + b"}"


@pytest.mark.parametrize("raw", [None, b"", b"{", b"plain", b'{"a": "\xff"}', b"[" * 5000 + b"]" * 5000])
def test_what_would_break_the_answer_is_left_out(raw: bytes | None) -> None:
    assert embedded(raw) is None
