"""Whether the database itself is away, rather than one statement wrong."""

from sqlalchemy.exc import OperationalError

AWAY = "The database cannot be reached. LAMIS goes on by itself as soon as it answers again."
_ENDED = frozenset({"57P01", "57P02", "57P03", "53300"})


def is_away(error: BaseException) -> bool:
    """Whether PostgreSQL could not be reached, ended the connection, or takes no more of them.

    Its driver knows no SQLSTATE where there was no server to give one; errors of SQLite have none at all.
    """
    if not isinstance(error, OperationalError):
        return False
    state = getattr(error.orig, "sqlstate", "of no server")
    return state is None or state.startswith("08") or state in _ENDED
