"""Importing connections: tested side by side, the good ones stored, the others named."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lamis.access.trials import try_draft
from lamis.base.clock import utc_now
from lamis.base.errors import Conflict, Invalid, LamisError, NotAllowed, NotFound
from lamis.base.scope import Actor, Permission
from lamis.connections.actions import add_connection
from lamis.connections.import_file import Entry
from lamis.connections.testing import SIDE_BY_SIDE
from lamis.connections.types import TestCode, TestResult
from lamis.storage import scopes
from lamis.storage.dialects import alone
from lamis.storage.runtime import Runtime
from lamis.tenants.actions import create_tenant
from lamis.tenants.queries import tenant_by_name
from lamis.tenants.types import TenantInfo

IMPORT_TASK = "import"
REFUSALS = (Conflict, Invalid, NotAllowed, NotFound)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one entry; `connection_id` is None where nothing was stored."""

    name: str
    tenant: str
    result: TestResult
    connection_id: str | None = None


def import_connections(
    runtime: Runtime,
    actor: Actor,
    entries: Sequence[Entry],
    *,
    is_dry: bool = False,
    each: Callable[[], None] = lambda: None,
) -> list[Imported]:
    """Test all side by side and store those that passed; tenants are made if new. In the order given.

    `each` is called as every test ends. `is_dry` tests and stores nothing. What the actor may not do is
    a result of its entry; the network is called with no transaction open.
    """

    def tested(entry: Entry) -> TestResult:
        result = test_entry(runtime, actor, entry, is_trial=is_dry)
        each()
        return result

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        results = list(pool.map(tested, entries))
    found = [
        Imported(entry.name, entry.tenant, result)
        if is_dry or not result.is_ok
        else _stored(runtime, actor, entry, result)
        for entry, result in zip(entries, results, strict=True)
    ]
    runtime.alarm("collect")
    return found


def test_entry(runtime: Runtime, actor: Actor, entry: Entry, *, is_trial: bool) -> TestResult:
    """Test one entry; what the actor may not do is a result, and then nothing is called.

    What a firewall lacks is made where the entry allows it, unless `is_trial`.
    """
    if entry.draft is None:
        return TestResult(TestCode.INVALID, entry.problem or "This entry cannot be read.")
    try:
        with runtime.database.read() as session:
            scopes.bind(session, actor.full_scope)  # in a thread of its own
            tenant = _tenant(session, actor, entry.tenant)
        if tenant is None:
            actor.require(Permission.MANAGE_TENANTS)
        else:
            actor.require(Permission.MANAGE_CONNECTIONS, tenant.key)
        return try_draft(runtime, actor, entry.draft, is_trial=is_trial)
    except REFUSALS as error:
        return TestResult(TestCode.INVALID, error.message)


def store_entry(
    session: Session, runtime: Runtime, actor: Actor, entry: Entry, *, tested: TestResult
) -> Imported:
    """Store one entry that passed its test; its tenant is made if new. Raises what `REFUSALS` lists."""
    if entry.draft is None:
        raise Invalid(entry.problem or "This entry cannot be read.")
    now = utc_now()
    alone(session, "tenants")  # entries are stored side by side, and may name the same new tenant
    tenant = _tenant(session, actor, entry.tenant) or create_tenant(session, actor, entry.tenant, now=now)
    connection = add_connection(
        session,
        actor,
        entry.draft,
        tenant_key=tenant.key,
        vault=runtime.keys.vault,
        tested=tested,
        now=now,
    )
    return Imported(entry.name, entry.tenant, tested, connection.id)


def refused(entry: Entry, error: LamisError) -> Imported:
    """The outcome of an entry that could not be stored."""
    return Imported(entry.name, entry.tenant, TestResult(TestCode.INVALID, error.message))


def _stored(runtime: Runtime, actor: Actor, entry: Entry, result: TestResult) -> Imported:
    try:
        with runtime.database.write() as session:
            return store_entry(session, runtime, actor, entry, tested=result)
    except REFUSALS as error:
        return refused(entry, error)


def _tenant(session: Session, actor: Actor, name: str) -> TenantInfo | None:
    """The tenant of that name that the actor sees; None where it is to be made. Raises Invalid."""
    found = tenant_by_name(session, actor.full_scope, name)
    if found is not None and found.is_archived:
        raise Invalid(f"{found.name} is archived; bring it back first.", field="tenant")
    return found


test_entry.__test__ = False  # type: ignore[attr-defined]  # no test of ours, whatever its name
