"""Importing connections: tested side by side, the good ones stored, the others named."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from lamis.app.import_file import Entry
from lamis.app.sources import try_draft
from lamis.base.clock import utc_now
from lamis.base.errors import Conflict, Invalid
from lamis.base.scope import SYSTEM
from lamis.connections.actions import add_connection
from lamis.connections.drafts import ConnectionDraft
from lamis.connections.testing import SIDE_BY_SIDE
from lamis.connections.types import TestCode, TestResult
from lamis.storage.runtime import Runtime
from lamis.tenants.actions import create_tenant
from lamis.tenants.queries import tenant_by_name


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one entry; `connection_id` is None where nothing was stored."""

    name: str
    tenant: str
    result: TestResult
    connection_id: str | None = None


def import_connections(
    runtime: Runtime,
    entries: Sequence[Entry],
    *,
    is_dry: bool = False,
    each: Callable[[], None] = lambda: None,
) -> list[Imported]:
    """Test all side by side and store those that passed; tenants are made if new. In the order given.

    `each` is called as every test ends. `is_dry` tests and stores nothing. Acts as the system.
    """

    def tested(entry: Entry) -> TestResult:
        result = _tested(runtime, entry)
        each()
        return result

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        results = list(pool.map(tested, entries))
    found = [
        Imported(entry.name, entry.tenant, result)
        if is_dry or entry.draft is None or not result.is_ok
        else _stored(runtime, entry, entry.draft, result)
        for entry, result in zip(entries, results, strict=True)
    ]
    runtime.alarm("collect")
    return found


def _tested(runtime: Runtime, entry: Entry) -> TestResult:
    if entry.draft is None:
        return TestResult(TestCode.INVALID, entry.problem or "This entry cannot be read.")
    return try_draft(runtime, entry.draft)


def _stored(runtime: Runtime, entry: Entry, draft: ConnectionDraft, result: TestResult) -> Imported:
    now = utc_now()
    try:
        with runtime.database.write() as session:
            tenant = tenant_by_name(session, SYSTEM.scope, entry.tenant)
            if tenant is None:
                tenant = create_tenant(session, SYSTEM, entry.tenant, now=now)
            connection = add_connection(
                session,
                SYSTEM,
                draft,
                tenant_key=tenant.key,
                vault=runtime.keys.vault,
                tested=result,
                now=now,
            )
    except (Conflict, Invalid) as error:
        return Imported(entry.name, entry.tenant, TestResult(TestCode.INVALID, error.message))
    return Imported(entry.name, entry.tenant, result, connection.id)
