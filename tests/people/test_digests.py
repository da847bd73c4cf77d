"""Tokens and their digests."""

from lamis.people.digests import digest, new_token


def test_tokens_are_long_differ_and_fit_an_address() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) >= 43 and token.replace("-", "").replace("_", "").isalnum() for token in tokens)


def test_a_digest_is_of_one_token_and_fits_its_column() -> None:
    assert digest("a") == digest("a") != digest("b")
    assert len(digest("a")) == 64
