import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamis.views.fields import MOST_LINES, SHOWN_LETTERS, document_lines, document_text


def pairs(document: object) -> list[tuple[str, str]]:
    return [(line.name, line.value) for line in document_lines(orjson.dumps(document))]


def test_each_leaf_is_one_line_in_the_order_of_the_document() -> None:
    document = {"rule": {"level": 5, "groups": ["a", "b"]}, "ok": True, "none": None, "empty": {}}
    assert pairs(document) == [
        ("rule.level", "5"),
        ("rule.groups", "a, b"),
        ("ok", "true"),
        ("none", "null"),
        ("empty", "{}"),
    ]


def test_things_in_a_list_are_numbered() -> None:
    assert pairs({"hits": [{"a": 1}, {"a": 2}]}) == [("hits[0].a", "1"), ("hits[1].a", "2")]


def test_what_is_not_json_has_no_lines() -> None:
    assert document_lines(b"<html>") == ()


def test_a_huge_document_ends_with_a_word_on_the_rest() -> None:
    lines = document_lines(orjson.dumps({f"k{at}": at for at in range(MOST_LINES + 50)}))
    assert len(lines) == MOST_LINES + 1
    assert lines[-1].name == "…"


def test_a_deep_document_does_not_exhaust_the_stack() -> None:
    (line,) = document_lines(b'{"a":' * 900 + b"1" + b"}" * 900)
    assert line.name.count(".") == 899


def test_a_huge_name_above_many_values_does_not_fill_the_memory() -> None:
    lines = document_lines(orjson.dumps({"k" * 1_000_000: [{}] * 100_000}))
    assert sum(len(line.name) for line in lines) < 10_000_000


def test_the_text_is_indented() -> None:
    assert document_text(b'{"a":1}') == '{\n  "a": 1\n}'


def test_what_cannot_be_indented_is_shown_as_it_came() -> None:
    deep = b'{"a":' + b"[" * 500 + b"]" * 500 + b"}"
    assert document_text(deep) == deep.decode()
    assert document_text(b"<html>\xff") == "<html>\ufffd"


def test_of_a_huge_document_the_beginning_is_shown() -> None:
    huge = b"[" * 200 + b"1," * SHOWN_LETTERS + b"1" + b"]" * 200
    text = document_text(huge)
    assert text.startswith("[[[")
    assert text.endswith(f"{len(huge) - SHOWN_LETTERS:,} more characters; the download has all of it")


@pytest.mark.slow
@given(
    st.recursive(
        st.none() | st.booleans() | st.text(st.characters(codec="utf-8")), lambda inner: st.lists(inner)
    )
)
def test_any_document_can_be_shown(document: object) -> None:
    assert document_lines(orjson.dumps(document))
