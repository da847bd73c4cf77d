"""Tables and JSON."""

import json

import pytest

from lamis.cli.output import plain, print_json, print_table, progress, shown


def test_a_table_shows_names_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("NAME", "STATE"), [("[bold]a[/bold]", "x" * 300)], empty="none")
    out = capsys.readouterr().out
    assert "[bold]a[/bold]" in out
    assert "x" * 300 in out


def test_no_cell_of_a_table_steers_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("NAME",), [("web\x1b[2J-1",)], empty="none")
    assert "\x1b" not in capsys.readouterr().out


def test_an_empty_table_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("NAME",), [], empty="Nothing yet.")
    assert capsys.readouterr().out == "Nothing yet.\n"


def test_json_keeps_letters_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"name": "Müller"})
    out = capsys.readouterr().out
    assert "Müller" in out
    assert json.loads(out) == {"name": "Müller"}


def test_progress_is_silent_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("Reading", total=2) as step:
        step()
        step(1)
    found = capsys.readouterr()
    assert (found.out, found.err) == ("", "")


def test_only_what_is_known_is_shown() -> None:
    assert shown({"a": 1, "b": None, "c": "", "d": 0}) == [("a", "1"), ("d", "0")]


def test_what_steers_a_terminal_is_blank() -> None:
    assert plain("Zürich\x1b[2J\x08\n\u202e!") == "Zürich [2J   !"
