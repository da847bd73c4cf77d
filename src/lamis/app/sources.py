"""Trying and changing connections as the system: for the command line, the doctor and the demo.

The network is called with no transaction open.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from lamis.access.firewalls import stored_values
from lamis.access.trials import try_draft, try_stored
from lamis.base.clock import utc_now
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.connections import queries
from lamis.connections.actions import edit_connection
from lamis.connections.drafts import parse_draft
from lamis.connections.models import Connection
from lamis.connections.prefill import with_changes
from lamis.connections.testing import SIDE_BY_SIDE
from lamis.connections.types import TestResult
from lamis.storage.runtime import Runtime


def try_all(
    runtime: Runtime, name: str | None = None, *, each: Callable[[], None] = lambda: None
) -> list[tuple[Connection, TestResult]]:
    """Test every active connection side by side, or the one of that name or id. Raises NotFound."""
    with runtime.database.read() as session:
        chosen = (
            queries.active_connections(session, EVERYTHING)
            if name is None
            else [queries.connection_named(session, EVERYTHING, name)]
        )

    def tried(connection: Connection) -> TestResult:
        result = try_stored(runtime, connection)
        each()
        return result

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        return list(zip(chosen, pool.map(tried, chosen), strict=True))


def change_source(runtime: Runtime, name: str, changes: Mapping[str, object]) -> TestResult:
    """Test a connection with `changes` (named as `parse_draft` takes them) and store them when it passes.

    Raises NotFound, Invalid, Conflict.
    """
    with runtime.database.read() as session:
        stored = queries.connection_named(session, EVERYTHING, name)
    draft = parse_draft(with_changes(stored_values(runtime, stored), changes))
    result = try_draft(runtime, SYSTEM, draft, old=stored)
    if result.is_ok:
        with runtime.database.write() as session:
            edit_connection(
                session, SYSTEM, stored.id, draft, vault=runtime.keys.vault, tested=result, now=utc_now()
            )
    return result
