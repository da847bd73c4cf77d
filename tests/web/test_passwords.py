"""New passwords are typed twice."""

import pytest

from lamis.base.errors import Invalid
from lamis.web.forms import Form
from lamis.web.passwords import typed_twice


def test_the_same_twice_is_taken_as_typed() -> None:
    assert typed_twice(Form({"password": (" a b ",), "password_again": (" a b ",)})) == " a b "


def test_two_different_ones_are_refused() -> None:
    with pytest.raises(Invalid, match="differ"):
        typed_twice(Form({"password": ("a",)}))
