"""Whose rows the database itself lets a transaction touch: the net behind every query's scope.

Only PostgreSQL holds it (row-level security); on SQLite the scope of each query stands alone. A door says
who calls as soon as it knows; until then its transactions see no tenant's rows. Jobs and the command
line see all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from lamis.base.scope import EVERYTHING, Scope

SETTING = "lamis.scope"
_BIND = text(f"SELECT set_config('{SETTING}', :scope, true)")
_NOW = text(f"SELECT current_setting('{SETTING}')")
_known: ContextVar[Scope | None] = ContextVar("lamis.scope", default=None)


def know(scope: Scope) -> None:
    """From now on this request (its context) may touch the rows of `scope`."""
    _known.set(scope)


def known() -> Scope | None:
    """What `know` was told in this context; None where nobody did."""
    return _known.get()


def bind(session: Session, scope: Scope) -> None:
    """From now on the transaction of `session` may touch the rows of `scope`, and no others."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_BIND, {"scope": setting_of(scope)})


@contextmanager
def seeing_all(session: Session) -> Iterator[None]:
    """Within it `session` sees the rows of every tenant; for questions whose answer names nobody.

    Where it fails the transaction is over, so that nothing has to be put back.
    """
    is_postgres = session.get_bind().dialect.name == "postgresql"
    before = session.scalar(_NOW) if is_postgres else None
    bind(session, EVERYTHING)
    yield
    if is_postgres:
        session.execute(_BIND, {"scope": before})


def setting_of(scope: Scope | None) -> str:
    """The scope as the policies read it: `all`, keys by commas, or nothing."""
    if scope is None:
        return ""
    return "all" if scope.tenant_keys is None else ",".join(map(str, sorted(scope.tenant_keys)))
