"""Names as they are stored, compared and judged."""

import pytest

from lamis.base.errors import Invalid
from lamis.base.names import checked_name, folded, is_visible, looked_up, tidy


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Olga", "OLGA"),
        ("ana@acme.example", "Ana@ACME.example"),
        ("  Ana   Ruiz ", "ana ruiz"),
        ("Jose\u0301", "JOS\u00c9"),
        ("Straße", "STRASSE"),
        (" ACME   ltd", "Acme Ltd"),
    ],
)
def test_names_that_differ_only_in_case_or_space_are_one(left: str, right: str) -> None:
    assert folded(left) == folded(right)


def test_a_name_is_stored_as_it_was_written_but_for_space() -> None:
    assert tidy(" Ana\u00a0  Ruiz\n") == "Ana Ruiz"
    assert tidy("Jose\u0301") == "Jos\u00e9"


def test_a_name_is_looked_up_as_it_is_stored_now_and_as_it_was_before() -> None:
    assert looked_up("Jose\u0301  Ruiz") == ["jose\u0301  ruiz", "jos\u00e9 ruiz"]
    assert looked_up("Acme") == ["acme"]


@pytest.mark.parametrize("name", ["a\x00b", "a\x7fb", "a\x85b", "a\u202eb", "a\u200bb", "\ufeffab"])
def test_what_nobody_sees_makes_a_name_invisible(name: str) -> None:
    assert not is_visible(name)


@pytest.mark.parametrize("name", ["Olga", "Müller & Söhne GmbH", "李雷", "night watch", ""])
def test_any_script_is_visible(name: str) -> None:
    assert is_visible(name)


def test_a_typed_name_is_tidied_and_must_be_visible() -> None:
    assert checked_name(" Ana \u00a0 Ruiz ") == "Ana Ruiz"
    with pytest.raises(Invalid) as refused:
        checked_name("an\u200ba")
    assert refused.value.field == "name"
