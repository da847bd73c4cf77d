"""Options as values of a draft."""

from pathlib import Path

import pytest

from lamis.base.errors import Invalid
from lamis.cli.drafting import given


def test_files_are_read_and_what_is_absent_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("PEM\n")
    (tmp_path / "password").write_text(" keeps its blanks \n")
    values = given(
        name="acme",
        url=["https://192.0.2.10"],
        username=None,
        ca_file=tmp_path / "ca.pem",
        password_file=tmp_path / "password",
        no_verify=False,
        poll_s=None,
    )
    assert values == {
        "name": "acme",
        "url": ["https://192.0.2.10"],
        "ca_pem": "PEM",
        "password": " keeps its blanks ",
    }


def test_not_verifying_is_said_outright() -> None:
    assert given(no_verify=True) == {"verify": False}


def test_not_making_is_a_choice_too() -> None:
    assert given(may_create=False, no_verify=False) == {"may_create": False}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"none\.pem"):
        given(ca_file=tmp_path / "none.pem")
