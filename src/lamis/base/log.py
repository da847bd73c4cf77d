"""Logging: one line per event, coloured on a terminal, `name='value'` pairs elsewhere; never a secret."""

import logging
import sys
from typing import cast

import structlog

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


def logger(room: str) -> structlog.stdlib.BoundLogger:
    """The logger of a room; its name stands on every line."""
    return cast(structlog.stdlib.BoundLogger, structlog.get_logger(room=room))
