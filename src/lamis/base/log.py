"""Logging: one line per event, coloured on a terminal, `name='value'` pairs elsewhere; never a secret."""

import logging
import re
import sys
from typing import cast

import structlog

# What opens a socket may stand in its address; the server's own lines tell addresses.
_SECRET = re.compile(r"([?&](?:token|ticket)=)[^&\s\"']+")
_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def set_up_logging(level: str) -> None:
    """Send structlog and the standard library's loggers to standard error at `level`.

    Tracebacks are plain ones: those that show the values of variables would show passwords.
    """
    renderer: structlog.typing.Processor
    if sys.stderr.isatty():
        renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    else:
        renderer = structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"])
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
    )
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    logging.getLogger("httpx").setLevel(logging.WARNING)
    for handler in logging.getLogger().handlers:
        handler.addFilter(redact)


def redact(record: logging.LogRecord) -> bool:
    """Take tokens and tickets out of a line of the standard library's loggers."""
    text = record.getMessage()
    if _SECRET.search(text):
        record.msg, record.args = _SECRET.sub(r"\1…", text), None
    return True


def logger(room: str) -> structlog.stdlib.BoundLogger:
    """The logger of a room; its name stands on every line."""
    return cast(structlog.stdlib.BoundLogger, structlog.get_logger(room=room))
