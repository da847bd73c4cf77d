"""Operators and passwords from the command line."""

from pathlib import Path

import pytest

from lamis.people.passwords import is_right
from lamis.people.queries import person_named
from lamis.storage.engine import Database
from tests.cli.conftest import Run


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text("four plain words here\n")
    return path


def test_an_operator_is_made_and_signs_in(run: Run, kept: Database, password_file: Path) -> None:
    found = run("create-operator", "olga@acme.example", "--password-file", str(password_file))
    assert found.code == 0
    assert "olga@acme.example" in found.out
    with kept.read() as session:
        person = person_named(session, "Olga@acme.example")
        assert person is not None
        assert person.is_operator
        assert is_right("four plain words here", person.password_hash)


def test_the_same_name_twice_is_refused(run: Run, password_file: Path) -> None:
    run("create-operator", "olga", "--password-file", str(password_file))
    assert run("create-operator", "OLGA", "--password-file", str(password_file)).code == 1


def test_a_short_password_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    (tmp_path / "short").write_text("short")
    found = run("create-operator", "olga", "--password-file", str(tmp_path / "short"))
    assert found.code == 2
    assert "12 characters" in found.err


def test_a_password_is_reset(run: Run, kept: Database, password_file: Path, tmp_path: Path) -> None:
    run("create-operator", "olga", "--password-file", str(password_file))
    (tmp_path / "other").write_text("quite another phrase")
    assert run("reset-password", "olga", "--password-file", str(tmp_path / "other")).code == 0
    with kept.read() as session:
        person = person_named(session, "olga")
        assert person is not None
        assert is_right("quite another phrase", person.password_hash)


def test_an_unknown_name_is_1(run: Run, password_file: Path) -> None:
    assert run("reset-password", "none", "--password-file", str(password_file)).code == 1


def test_without_terminal_or_file_it_says_what_to_give(run: Run) -> None:
    found = run("create-operator", "olga")
    assert found.code == 2
    assert "--password-file" in found.err


def test_a_missing_file_is_named(run: Run) -> None:
    found = run("create-operator", "olga", "--password-file", "none.txt")
    assert found.code == 2
    assert "none.txt" in found.err
