"""Documents come back byte for byte, from any thread, with the dictionary they were written with."""

from concurrent.futures import ThreadPoolExecutor

import zstandard
from hypothesis import given
from hypothesis import strategies as st

from lamis.alerts.documents import DocumentReader, compressed, dictionary_key, shipped_dictionary
from lamis.storage.engine import Database
from lamis.storage.raw import driver


def test_the_shipped_dictionary_is_small_and_has_a_version() -> None:
    version, body = shipped_dictionary()
    assert version.startswith("v1-")
    assert len(body) <= 32 * 1024


@given(st.binary(max_size=3000))
def test_what_is_compressed_is_shorter_or_left_as_it_is(raw: bytes) -> None:
    body = compressed(raw)
    if body is not None:
        assert len(body) < len(raw)
        dictionary = zstandard.ZstdCompressionDict(shipped_dictionary()[1])
        assert zstandard.ZstdDecompressor(dict_data=dictionary).decompress(body) == raw


def test_threads_compress_and_read_side_by_side(database: Database) -> None:
    with database.write() as session:
        key = dictionary_key(session)

    def work(seed: int) -> bool:
        with database.read() as session:
            reader = DocumentReader(session)
            for number in range(300):
                raw = f'{{"rule":{{"id":"{seed}"}},"n":{number},"log":"{"x" * number}"}}'.encode() * 3
                body = compressed(raw)
                if body is None or reader.read(key, len(raw), body) != raw:
                    return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(16)))


def test_the_dictionary_is_kept_once(database: Database) -> None:
    keys = set()
    for _ in range(2):
        with database.write() as session:
            keys.add(dictionary_key(session))
        with database.ingest() as session:
            keys.add(dictionary_key(session))
    assert len(keys) == 1
    with database.read() as session:
        rows = driver(session).execute("SELECT version, body FROM document_dictionary").fetchall()
    assert rows == [shipped_dictionary()]


def test_a_document_is_read_with_the_dictionary_it_names(database: Database) -> None:
    raw = b'{"rule":{"description":"an older shape"}}' * 5
    old = zstandard.train_dictionary(1024, [b'{"rule":{"description":"%d older"}}' % n for n in range(2000)])
    body = zstandard.ZstdCompressor(dict_data=old).compress(raw)
    with database.write() as session:
        connection = driver(session)
        connection.execute(
            "INSERT INTO document_dictionary (key, version, body) VALUES (7, 'v0', ?)", (old.as_bytes(),)
        )
        assert DocumentReader(session).read(7, len(raw), body) == raw
        assert DocumentReader(session).read(0, 3, b"{ }") == b"{ }"
        assert DocumentReader(session).read(0, 0, None) is None
