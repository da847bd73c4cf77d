"""The firewall that four variables of the first version ask for: made once, at the start."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from lamis.base.clock import utc_now
from lamis.base.errors import Invalid, LamisError
from lamis.base.log import logger
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.connections.actions import add_connection
from lamis.connections.drafts import ConnectionDraft, parse_draft
from lamis.connections.queries_firewalls import firewalls
from lamis.connections.types import ConnectionKind
from lamis.storage.runtime import Runtime
from lamis.storage.state import hold_installation
from lamis.tenants.actions import create_tenant
from lamis.tenants.queries import tenant_by_name, tenants

VARIABLES: Mapping[str, str] = {
    "OPNSENSE_URL": "url",
    "OPNSENSE_API_KEY": "username",
    "OPNSENSE_API_SECRET": "password",
    "OPNSENSE_ALIAS_NAME": "alias",
}
TENANT = "Default"
_NEEDED = ("OPNSENSE_URL", "OPNSENSE_API_KEY", "OPNSENSE_API_SECRET")
_log = logger("app")


def firewall_of_first_version(runtime: Runtime, environ: Mapping[str, str]) -> str | None:
    """Store the firewall that the environment asks for, untested; the sentence to say at the start.

    None where nothing is asked for or it is there already, also once removed: who removed it meant it. It
    belongs to the only tenant, else to one called "Default". Wrong or missing parts are named; none is shown.
    """
    given = {name: environ[name].strip() for name in VARIABLES if environ.get(name, "").strip()}
    if not given:
        return None
    if missing := [name for name in _NEEDED if name not in given]:
        return f"No firewall is made of the OPNSENSE_* variables: {' and '.join(missing)} must be set."
    try:
        draft = _draft(given)
        with runtime.database.write() as session:
            hold_installation(session)  # processes that start together make it once
            made = None if _is_known(session, draft) else _make(session, runtime, draft)
    except LamisError as error:
        name = _variable(error)
        return f"No firewall is made of the OPNSENSE_* variables: {name}{error.message}"
    return made


def _draft(given: Mapping[str, str]) -> ConnectionDraft:
    values: dict[str, object] = {VARIABLES[name]: value for name, value in given.items()}
    host = _host(given["OPNSENSE_URL"])
    return parse_draft(values | {"kind": ConnectionKind.OPNSENSE.value, "name": host})


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "firewall"
    except ValueError:
        return "firewall"


def _is_known(session: Session, draft: ConnectionDraft) -> bool:
    known = firewalls(session, EVERYTHING, now=utc_now(), with_removed=True)
    return any(set(each.urls) & set(draft.urls) for each in known)


def _make(session: Session, runtime: Runtime, draft: ConnectionDraft) -> str:
    now = utc_now()
    found = tenants(session, EVERYTHING)
    tenant = found[0] if len(found) == 1 else tenant_by_name(session, EVERYTHING, TENANT)
    if tenant is None:
        tenant = create_tenant(session, SYSTEM, TENANT, now=now)
    add_connection(
        session,
        SYSTEM,
        draft,
        tenant_key=tenant.key,
        vault=runtime.keys.vault,
        tested=None,
        now=now,
    )
    _log.info("a firewall was made of the OPNSENSE_* variables", firewall=draft.name, tenant=tenant.name)
    return f"The firewall {draft.name} was made of the OPNSENSE_* variables; it is tested within a minute."


def _variable(error: LamisError) -> str:
    """The variable that a wrong value came from, with a colon."""
    field = error.field if isinstance(error, Invalid) else None
    fields = {"urls": "OPNSENSE_URL"} | {field: name for name, field in VARIABLES.items()}
    return f"{fields[field]}: " if field in fields else ""
