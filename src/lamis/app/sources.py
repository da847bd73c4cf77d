"""Trying and changing sources as the system: for the command line, the doctor and the demo.

The network is called with no transaction open.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from lamis.base.clock import utc_now
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.base.secrets import SecretUnreadable
from lamis.connections import queries
from lamis.connections.actions import edit_connection
from lamis.connections.drafts import ConnectionDraft, parse_draft
from lamis.connections.endpoints import endpoint_of, endpoint_of_draft
from lamis.connections.models import Connection
from lamis.connections.prefill import prefilled, with_changes
from lamis.connections.testing import SIDE_BY_SIDE, test_endpoint
from lamis.connections.types import Generation, TestCode, TestResult
from lamis.connectors.registry import manifest
from lamis.storage.runtime import Runtime


def try_draft(runtime: Runtime, draft: ConnectionDraft, *, old: Connection | None = None) -> TestResult:
    """Test what was typed, with the stored secrets of `old` where it left them blank."""
    try:
        endpoint = endpoint_of_draft(
            draft, vault=runtime.keys.vault, settings=runtime.settings, may_reach_private=True, old=old
        )
    except SecretUnreadable as error:
        return TestResult(TestCode.SECRET_UNREADABLE, error.message)
    return test_endpoint(manifest(draft.kind).open_alerts, endpoint, now=utc_now())


def try_stored(runtime: Runtime, connection: Connection) -> TestResult:
    """Test a source as it is stored."""
    try:
        endpoint = endpoint_of(connection, vault=runtime.keys.vault, settings=runtime.settings)
    except SecretUnreadable as error:
        return TestResult(TestCode.SECRET_UNREADABLE, error.message)
    generation = Generation(connection.generation) if connection.generation else None
    return test_endpoint(
        manifest(connection.kind).open_alerts, endpoint, generation=generation, now=utc_now()
    )


def try_all(
    runtime: Runtime, name: str | None = None, *, each: Callable[[], None] = lambda: None
) -> list[tuple[Connection, TestResult]]:
    """Test every active source side by side, or the one of that name or id. Raises NotFound."""
    with runtime.database.read() as session:
        chosen = (
            queries.refreshable(session, EVERYTHING, None)
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
    """Test a source with `changes` (named as `parse_draft` takes them) and store them when it passes.

    Raises NotFound, Invalid, Conflict.
    """
    with runtime.database.read() as session:
        stored = queries.connection_named(session, EVERYTHING, name)
    draft = parse_draft(with_changes(prefilled(stored, vault=runtime.keys.vault), changes))
    result = try_draft(runtime, draft, old=stored)
    if result.is_ok:
        with runtime.database.write() as session:
            edit_connection(
                session, SYSTEM, stored.id, draft, vault=runtime.keys.vault, tested=result, now=utc_now()
            )
    return result
