"""Argon2id."""

import pytest

from lamis.people.passwords import hash_password, is_right

pytestmark = pytest.mark.usefixtures("real_passwords")


@pytest.mark.slow
def test_only_the_password_itself_is_right() -> None:
    hashed = hash_password("correct horse battery")
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert is_right("correct horse battery", hashed)
    assert not is_right("correct horse batterx", hashed)


def test_nobody_has_a_right_password_and_a_broken_hash_has_none() -> None:
    assert not is_right("anything", None)
    assert not is_right("anything", "not a hash")


def test_the_same_password_hashes_differently_each_time() -> None:
    assert hash_password("correct horse battery") != hash_password("correct horse battery")
