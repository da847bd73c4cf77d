"""In which forms an answer may be sent, and which ones who asks holds already."""

import pytest
from starlette.datastructures import Headers

from lamis.access.encodings import tags_held, takes_gzip, takes_zstd


@pytest.mark.parametrize("sent", ["gzip", "deflate, gzip, br", "GZIP;q=0.5", "*", "br;q=1.0, gzip;q=0.001"])
def test_who_says_so_takes_gzip(sent: str) -> None:
    assert takes_gzip(Headers({"accept-encoding": sent}))


@pytest.mark.parametrize("sent", ["", "identity", "gzip;q=0", "gzip; q=0.0, *", "br", "xgzip"])
def test_who_does_not_gets_it_plain(sent: str) -> None:
    assert not takes_gzip(Headers({"accept-encoding": sent}))
    assert not takes_gzip(Headers({}))


def test_only_who_names_it_takes_zstd() -> None:
    assert takes_zstd(Headers({"accept-encoding": "gzip, deflate, br, zstd"}))
    assert not takes_zstd(Headers({"accept-encoding": "gzip, *"}))
    assert not takes_zstd(Headers({"accept-encoding": "gzip, zstd;q=0"}))


def test_the_versions_that_who_asks_holds_are_told_apart() -> None:
    assert tags_held(Headers({"if-none-match": '"a", W/"b-gzip",*'})) == {'"a"', '"b-gzip"', "*"}
    assert tags_held(Headers({})) is None
