"""What people do with connections: add, edit, pause, remove, refresh, re-read.

Whoever saves has tested before: the door runs `testing.test_endpoint` with no transaction open and
hands the result in. After each of these the door calls `alarm("collect")`, and the source is polled.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.base.errors import Conflict, Invalid
from lamis.base.ids import new_id
from lamis.base.names import folded
from lamis.base.scope import Actor, Permission
from lamis.base.secrets import SecretUnreadable, Vault
from lamis.connections import firewalls, queries, queries_firewalls, queries_windows, tiling, windows
from lamis.connections.drafts import ConnectionDraft
from lamis.connections.endpoints import may_reach_private, seal, secrets_of, unseal
from lamis.connections.models import Connection
from lamis.connections.tiles import Change
from lamis.connections.types import TestResult
from lamis.journal.actions import record, tenant_stream
from lamis.storage.dialects import alone
from lamis.tasks import actions as tasks
from lamis.tenants import queries as tenants

ERASE_TASK = "erase"


@dataclass(frozen=True, slots=True)
class Removed:
    """What is left to say after a removal: the task that erases the alerts, if that was asked."""

    name: str
    erase_task_id: str | None


def add_connection(
    session: Session,
    actor: Actor,
    draft: ConnectionDraft,
    *,
    tenant_key: int,
    vault: Vault,
    tested: TestResult | None,
    now: datetime,
) -> Connection:
    """Store a tested connection; it is due at once. An operator's may reach private networks.

    `tested` None stores it untested, for what the environment asks for before anything serves. Raises
    Conflict when the test failed or the tenant has the same connection already, Invalid for a name in use.
    """
    actor.require(Permission.MANAGE_CONNECTIONS, tenant_key)
    if tested is not None:
        _must_have_passed(tested)
    _must_be_alone(session, actor, draft, tenant_key=tenant_key, but=None)
    connection = Connection(
        id=new_id(),
        tenant_key=tenant_key,
        may_reach_private=may_reach_private(draft, actor, vault=vault, old=None),
        created_ms=to_ms(now),
    )
    _take(connection, draft, sealed=seal(vault, secrets_of(draft, vault=vault, old=None)), now=now)
    if tested is not None:
        _take_identity(connection, tested)
    session.add(connection)
    session.flush()
    if firewalls.is_firewall(connection):
        firewalls.take(session, connection, draft, tested=tested, now=now)
    else:
        first = tiling.first_tiles(backfill=draft.backfill, now_ms=to_ms(now))
        windows.apply(session, connection.key, Change(new=tuple(first)))
    _journal(session, actor, connection, "connection.added", now=now)
    return connection


def edit_connection(
    session: Session,
    actor: Actor,
    connection_id: str,
    draft: ConnectionDraft,
    *,
    vault: Vault,
    tested: TestResult,
    now: datetime,
) -> Connection:
    """Store tested changes; blank secrets keep the old ones. Raises as `add_connection` does.

    Where what is asked of the source changed (pattern, level floor) all windows are proved anew.
    Who leads it elsewhere decides what may be reached: after a tenant's admin, private networks may not. A
    doubt about who answers ends: at the next poll it is looked anew, before anything is read.
    """
    connection = _own(session, actor, connection_id)
    _must_have_passed(tested)
    _must_be_alone(session, actor, draft, tenant_key=connection.tenant_key, but=connection)
    asked = (connection.index_pattern, connection.level_floor)
    old_backfill = connection.backfill
    secrets = secrets_of(draft, vault=vault, old=connection)
    changed = _changes(connection, draft)
    if secrets.proxy != _proxy_of(connection, vault):
        changed.append("proxy")
    connection.may_reach_private = may_reach_private(draft, actor, vault=vault, old=connection)
    _take(connection, draft, sealed=seal(vault, secrets), now=now)
    connection.is_identity_in_doubt = False
    connection.identity_checked_ms = 0
    if tested.generation:
        connection.generation = tested.generation.value
    if asked != (connection.index_pattern, connection.level_floor):
        windows.forget_reads(session, connection.key)
    if old_backfill != connection.backfill:
        _reach_back(session, actor, connection, now=now)
    _make_due(connection, now=now)
    if firewalls.is_firewall(connection):
        changed += firewalls.take(session, connection, draft, tested=tested, now=now)
    _journal(session, actor, connection, "connection.changed", now=now, fields=changed)
    return connection


def set_active(
    session: Session, actor: Actor, connection_id: str, *, is_active: bool, now: datetime
) -> Connection:
    """Resume or pause collecting, or blocking; what was missed in a pause is made up for afterwards.

    Raises Conflict where an archived tenant's is to be resumed.
    """
    connection = _own(session, actor, connection_id)
    if is_active:
        tenant = tenants.tenant_by_key(session, actor.full_scope, connection.tenant_key)
        if tenant.is_archived:
            raise Conflict(f"{tenant.name} is archived; bring it back first.")
    if connection.is_active != is_active:
        connection.is_active = is_active
        _make_due(connection, now=now)
        _journal(
            session, actor, connection, "connection.resumed" if is_active else "connection.paused", now=now
        )
    return connection


def remove_connection(
    session: Session, actor: Actor, connection_id: str, *, erase: bool = False, now: datetime
) -> Removed:
    """Forget the connection, its secrets and windows. Its alerts stay, labelled, unless `erase`:
    then a task deletes them. The door has asked, naming it and what it holds."""
    connection = _own(session, actor, connection_id)
    connection.is_active = False
    connection.removed_ms = to_ms(now)
    connection.sealed = connection.client_cert_pem = connection.ca_pem = None
    _make_due(connection, now=now)
    windows.drop_all(session, connection.key)
    task_id = None
    if erase and not firewalls.is_firewall(connection):
        task_id = tasks.ask(
            session,
            actor,
            kind=ERASE_TASK,
            tenant_key=connection.tenant_key,
            subject={"connection": connection.id, "connection_key": connection.key, "name": connection.name},
            now=now,
        )
    _journal(session, actor, connection, "connection.removed", now=now, erase=erase)
    return Removed(connection.name, task_id)


def ask_refresh(session: Session, actor: Actor, *, connection_id: str | None = None) -> int:
    """Make one source, or all in view that the actor may refresh, due now, back-off or not. Returns how many.

    The poll that answers has happened once `refresh_done` has reached `refresh_asked`
    (`queries.is_refreshed`). Call `alarm("collect")` after the commit.
    """
    if connection_id is None:
        actor.require(Permission.REFRESH, actor.narrowed_to)
    scope = actor.scope if connection_id else actor.scope_of(Permission.REFRESH)
    chosen = queries.refreshable(session, scope, connection_id)
    for connection in chosen:
        actor.require(Permission.REFRESH, connection.tenant_key)
        connection.due_ms = 0
        connection.refresh_asked += 1
    return len(chosen)


def ask_reread(
    session: Session, actor: Actor, connection_id: str, *, since: datetime, until: datetime, now: datetime
) -> int:
    """Have every window that touches [since, until) counted and read again, now. Returns how many."""
    if since >= until:
        raise Invalid("The end must be after the beginning.", field="until")
    connection = queries.source_row(session, actor.scope, connection_id)
    actor.require(Permission.CHECK_CONNECTIONS, connection.tenant_key)
    connection.due_ms = 0
    connection.refresh_asked += 1
    session.flush()  # the source before its windows, as whoever collects it locks them
    touched = windows.read_again(session, connection.key, from_ms=to_ms(since), to_ms=to_ms(until))
    _journal(session, actor, connection, "connection.reread", now=now, windows=touched)
    return touched


def accept_identity(session: Session, actor: Actor, connection_id: str, *, now: datetime) -> Connection:
    """Trust the deployment that now answers at the address; it is taken as found at the next poll."""
    connection = queries.source_row(session, actor.scope, connection_id)
    actor.require(Permission.MANAGE_CONNECTIONS, connection.tenant_key)
    connection.cluster_uuid = connection.identity_fingerprint = None
    connection.identity_checked_ms = 0
    connection.is_identity_in_doubt = False
    connection.generation = None
    windows.forget_reads(session, connection.key)
    _make_due(connection, now=now)
    _journal(session, actor, connection, "connection.identity_accepted", now=now)
    return connection


def _own(session: Session, actor: Actor, connection_id: str) -> Connection:
    connection = queries.connection_by_id(session, actor.scope, connection_id)
    actor.require(Permission.MANAGE_CONNECTIONS, connection.tenant_key)
    return connection


def _must_have_passed(tested: TestResult) -> None:
    if not tested.is_ok:
        raise Conflict(f"Nothing was saved, because the test failed: {tested.message}")


def _must_be_alone(
    session: Session, actor: Actor, draft: ConnectionDraft, *, tenant_key: int, but: Connection | None
) -> None:
    """Raise when the tenant has a connection of that name, or the same one under another name."""
    alone(session, f"connections of {tenant_key}")
    for other in queries.connections_of(session, actor.full_scope, tenant_key):
        if but is not None and other.key == but.key:
            continue
        if folded(other.name) == folded(draft.name):
            what = "firewall" if firewalls.is_firewall(other) else "source"
            raise Invalid(
                f"There is a {what} called “{other.name}” already; choose another name.", field="name"
            )
        if other.kind != draft.kind or not set(other.urls) & set(draft.urls):
            continue
        if firewalls.is_firewall(other):
            kept = queries_firewalls.stored_firewall(session, actor.full_scope, other.id)
            if kept.alias == draft.alias:
                raise Conflict(f"“{other.name}” leads to this firewall and alias already; edit that one.")
        elif other.index_pattern == draft.index_pattern:
            raise Conflict(f"“{other.name}” collects this pattern from this address already; edit that one.")


def _take(connection: Connection, draft: ConnectionDraft, *, sealed: str, now: datetime) -> None:
    connection.kind = draft.kind.value
    connection.name = draft.name
    connection.name_folded = folded(draft.name)
    connection.urls = list(draft.urls)
    connection.username = draft.username
    connection.sealed = sealed
    connection.trust_mode = draft.trust.mode.value
    connection.ca_pem = draft.trust.ca_pem
    connection.fingerprint = draft.trust.fingerprint
    connection.client_cert_pem = draft.client_cert_pem
    connection.index_pattern = draft.index_pattern
    connection.dashboard_url = draft.dashboard_url
    connection.poll_s = draft.poll_s
    connection.level_floor = draft.level_floor
    connection.backfill = draft.backfill
    connection.changed_ms = to_ms(now)


def _take_identity(connection: Connection, tested: TestResult) -> None:
    if tested.generation:
        connection.generation = tested.generation.value
    if tested.identity:
        connection.cluster_uuid = tested.identity.cluster_uuid
        connection.identity_fingerprint = tested.identity.fingerprint


def _make_due(connection: Connection, *, now: datetime) -> None:
    """Have the change seen at once: a slice under way ends at its next commit, because of `changed_ms`."""
    connection.changed_ms = max(to_ms(now), connection.changed_ms + 1)
    connection.due_ms = 0
    connection.failures = 0
    connection.failing_since_ms = connection.error_code = connection.error_text = None


def _changes(connection: Connection, draft: ConnectionDraft) -> list[str]:
    """The names of the fields that a draft changes; secrets only as having been entered."""
    plain = ("name", "username", "client_cert_pem", "index_pattern", "dashboard_url", "poll_s", "level_floor")
    changed = [name for name in (*plain, "backfill") if getattr(connection, name) != getattr(draft, name)]
    if list(draft.urls) != list(connection.urls):
        changed.append("urls")
    trust = (connection.trust_mode, connection.ca_pem, connection.fingerprint)
    if trust != (draft.trust.mode.value, draft.trust.ca_pem, draft.trust.fingerprint):
        changed.append("trust")
    entered = {"password": draft.password, "client_key": draft.client_key_pem}
    return changed + [name for name, value in entered.items() if value]


def _proxy_of(connection: Connection, vault: Vault) -> str | None:
    try:
        return unseal(vault, connection.sealed).proxy
    except SecretUnreadable:
        return None


def _reach_back(session: Session, actor: Actor, connection: Connection, *, now: datetime) -> None:
    ancient = queries_windows.oldest_window(session, actor.full_scope, connection.key)
    if ancient is not None:
        change = tiling.reach_back(ancient, backfill=connection.backfill, now_ms=to_ms(now))
        windows.apply(session, connection.key, change)


def _journal(
    session: Session, actor: Actor, connection: Connection, kind: str, *, now: datetime, **facts: object
) -> None:
    subject: Mapping[str, object] = {"connection": connection.id, "name": connection.name, **facts}
    record(
        session,
        tenant_stream(connection.tenant_key),
        kind=kind,
        actor=actor.person_id,
        subject=subject,
        now=now,
    )
