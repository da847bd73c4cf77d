"""Whether the database itself is away or full, rather than one statement wrong."""

import sqlite3

from sqlalchemy.exc import OperationalError

AWAY = "The database cannot be reached. LAMIS goes on by itself as soon as it answers again."
FULL = "The disk of the database is full. Free space there: LAMIS goes on by itself, and nothing is lost."
_DISK_FULL = "53100"
_ENDED = frozenset({"57P01", "57P02", "57P03", "53300"})


def is_away(error: BaseException) -> bool:
    """Whether PostgreSQL could not be reached, ended the connection, or takes no more of them.

    Its driver knows no SQLSTATE where there was no server to give one; errors of SQLite have none at all.
    """
    if not isinstance(error, OperationalError):
        return False
    state = getattr(error.orig, "sqlstate", "of no server")
    return state is None or state.startswith("08") or state in _ENDED


def is_full(error: BaseException) -> bool:
    """Whether the database could not write because its disk, or its quota, is full."""
    if not isinstance(error, OperationalError):
        return False
    if getattr(error.orig, "sqlstate", None) == _DISK_FULL:
        return True
    return getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL


def why_it_cannot(error: BaseException) -> str | None:
    """The sentence why the database cannot do anything, or cannot write, now; None: it can."""
    if is_away(error):
        return AWAY
    return FULL if is_full(error) else None
