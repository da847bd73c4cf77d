"""The disk guard: collecting rests while too little is free, and every page can say so."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.orm import Session

from lamis.base.settings import Settings
from lamis.connections.queries import DISK_STATE
from lamis.storage.state import set_state, state


class Usage(NamedTuple):
    """Bytes of the disk that holds the data folder."""

    total: int
    used: int
    free: int


Measure = Callable[[Path], Usage]


def measured(path: Path) -> Usage:
    """What the operating system says."""
    return Usage(*shutil.disk_usage(path))


def elsewhere(_path: Path) -> Usage:
    """Of a database server, whose disk its own monitoring watches: never too full."""
    return Usage(1 << 62, 0, 1 << 62)


def why_resting(settings: Settings, usage: Usage) -> str | None:
    """The sentence why collecting must rest, or None while enough is free."""
    least = max(settings.disk_min_mb << 20, int(usage.total * settings.disk_min_percent / 100))
    if usage.free >= least:
        return None
    return (
        f"Collecting rests: {usage.free >> 20:,} MB are free where the data lies, at least {least >> 20:,} "
        "MB are needed. Free disk space; it goes on by itself and nothing is lost."
    )


def keep_state(session: Session, reason: str | None) -> bool:
    """Remember why collecting rests (None: it does not); True when that changed.

    The sentence holds a changing number: while resting goes on, the first one stays.
    """
    known = state(session, DISK_STATE)
    if (known is None) == (reason is None):
        return False
    set_state(session, DISK_STATE, reason)
    return True
