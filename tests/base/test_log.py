"""Lines go to standard error, at the level asked for, and name their room."""

import logging

import pytest

from lamis.base.log import logger, redact, set_up_logging


def test_a_line_names_its_room_and_quiet_levels_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("warning")
    logger("alerts").info("unheard")
    logger("alerts").warning("heard", read=3)
    told = capsys.readouterr()
    assert told.out == ""
    assert "unheard" not in told.err
    assert "heard" in told.err
    assert "alerts" in told.err
    assert "read=3" in told.err


def test_a_traceback_shows_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("warning")
    password = "hunter2hunter2".upper()
    try:
        raise ValueError(f"{len(password)} letters")
    except ValueError:
        logger("alerts").exception("it broke")
    told = capsys.readouterr().err
    assert "14 letters" in told
    assert "HUNTER2" not in told


@pytest.mark.parametrize("name", ["token", "ticket"])
def test_what_opens_a_socket_is_not_told(name: str) -> None:
    line = logging.LogRecord(
        "server",
        logging.INFO,
        "",
        0,
        'WebSocket "%s" [accepted]',
        (f"/api/v2/ws?a=1&{name}=s.e-c&b=2",),
        None,
    )
    assert redact(line)
    assert line.getMessage() == f'WebSocket "/api/v2/ws?a=1&{name}=…&b=2" [accepted]'


def test_other_lines_stay_as_they_are() -> None:
    line = logging.LogRecord("server", logging.INFO, "", 0, "%s?tokens=%d", ("/x", 2), None)
    assert redact(line)
    assert (line.msg, line.getMessage()) == ("%s?tokens=%d", "/x?tokens=2")
