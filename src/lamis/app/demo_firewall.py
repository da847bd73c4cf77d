"""The demo's firewall: a simulated OPNsense that the first tenant blocks on."""

from lamis.access.importing import import_connections
from lamis.app.sources import change_source
from lamis.base.errors import NotFound, Unavailable
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.connections import queries
from lamis.connections.drafts import parse_draft
from lamis.connections.import_file import Entry
from lamis.connections.types import ConnectionKind, TestResult
from lamis.simulators.opnsense.local import LocalFirewall
from lamis.storage.runtime import Runtime

NAME, TENANT = "acme-edge", "Acme"


def connect_firewall(runtime: Runtime, box: LocalFirewall) -> None:
    """Import the box, or lead its connection to where it answers now; all else stays as it is.

    What the box drops is gone after a restart, as with a real one; the first comparison puts it back.
    Raises Unavailable.
    """
    result = _connected(runtime, box)
    if result is not None and not result.is_ok:
        raise Unavailable(f"The demo's firewall {NAME} cannot be used: {result.message}")


def _connected(runtime: Runtime, box: LocalFirewall) -> TestResult | None:
    """What its test said; None where it leads there already."""
    values: dict[str, object] = {
        "url": box.url,
        "username": box.key,
        "password": box.secret,
        "fingerprint": box.fingerprint,
    }
    try:
        with runtime.database.read() as session:
            stored = queries.connection_named(session, EVERYTHING, NAME)
    except NotFound:
        kind = ConnectionKind.OPNSENSE.value
        draft = parse_draft(values | {"name": NAME, "kind": kind, "alias": box.alias})
        (made,) = import_connections(runtime, SYSTEM, [Entry(NAME, TENANT, draft)])
        return made.result
    if list(stored.urls) == [box.url]:
        return None
    return change_source(runtime, stored.id, values)
