"""Trying a connection for a caller, as every door does before it saves; no transaction is open then."""

from sqlalchemy.orm import Session

from lamis.access.firewalls import opener_of, stored_options, try_firewall
from lamis.base.clock import utc_now
from lamis.base.errors import Invalid, NotFound
from lamis.base.scope import Actor
from lamis.base.secrets import SecretUnreadable
from lamis.blocking.types import FirewallOptions
from lamis.connections.drafts import ConnectionDraft
from lamis.connections.endpoints import endpoint_of, endpoint_of_draft, may_reach_private
from lamis.connections.firewalls import firewall_tested, is_firewall
from lamis.connections.models import Connection
from lamis.connections.testing import test_endpoint
from lamis.connections.types import FIREWALL_KINDS, Endpoint, Generation, TestCode, TestResult
from lamis.connections.types_firewall import DEFAULT_ALIAS
from lamis.connectors.registry import manifest
from lamis.storage.runtime import Runtime
from lamis.tenants import queries as tenants
from lamis.tenants.types import TenantInfo


def tenant_for(session: Session, actor: Actor, given: str | None) -> TenantInfo:
    """The tenant that was named by id or name, or the only one. Raises NotFound, Invalid."""
    scope = actor.full_scope if given else actor.scope
    if not given:
        seen = tenants.tenants(session, scope)
        if len(seen) != 1:
            raise Invalid("Name the tenant it belongs to.", field="tenant")
        return seen[0]
    try:
        found = tenants.tenant_by_id(session, scope, given)
    except NotFound:
        named = tenants.tenant_by_name(session, scope, given)
        if named is None:
            raise
        found = named
    if found.is_archived:
        raise Invalid(f"{found.name} is archived; bring it back first.", field="tenant")
    return found


def try_draft(
    runtime: Runtime,
    actor: Actor,
    draft: ConnectionDraft,
    *,
    old: Connection | None = None,
    is_trial: bool = False,
) -> TestResult:
    """Test what was typed, with stored secrets where it left them blank. Raises Invalid.

    It is about to be saved, so that what a firewall lacks is made where the draft allows it; `is_trial`: not.
    """
    vault = runtime.keys.vault
    try:
        endpoint = endpoint_of_draft(
            draft,
            vault=vault,
            settings=runtime.settings,
            may_reach_private=may_reach_private(draft, actor, vault=vault, old=old),
            old=old,
        )
    except SecretUnreadable as error:
        return TestResult(TestCode.SECRET_UNREADABLE, error.message)
    if draft.kind in FIREWALL_KINDS:
        options = FirewallOptions(draft.alias or DEFAULT_ALIAS, draft.may_create)
        return _tried(draft.kind, endpoint, options, is_trial=is_trial)
    return _tested(draft.kind, endpoint)


def try_stored(runtime: Runtime, connection: Connection) -> TestResult:
    """Test a connection as it is stored; nothing is made there. Raises NotFound where it was removed."""
    try:
        endpoint = endpoint_of(connection, vault=runtime.keys.vault, settings=runtime.settings)
    except SecretUnreadable as error:
        return TestResult(TestCode.SECRET_UNREADABLE, error.message)
    if is_firewall(connection):
        return _tried(connection.kind, endpoint, stored_options(runtime, connection), is_trial=True)
    generation = Generation(connection.generation) if connection.generation else None
    return _tested(connection.kind, endpoint, generation=generation)


def try_and_keep(runtime: Runtime, connection: Connection) -> TestResult:
    """Test a connection as it is stored; what a firewall's test finds is its health from now on."""
    result = try_stored(runtime, connection)
    if is_firewall(connection):
        with runtime.database.write() as session:
            firewall_tested(session, connection.key, result, changed_ms=connection.changed_ms, now=utc_now())
    return result


def _tried(kind: str, endpoint: Endpoint, options: FirewallOptions, *, is_trial: bool) -> TestResult:
    return try_firewall(opener_of(manifest(kind)), endpoint, options, is_trial=is_trial, now=utc_now())


def _tested(kind: str, endpoint: Endpoint, *, generation: Generation | None = None) -> TestResult:
    return test_endpoint(manifest(kind).open_alerts, endpoint, generation=generation, now=utc_now())
