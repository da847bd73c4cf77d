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
"""The demo's firewall: a simulated OPNsense of one tenant, with blocks that stand, expire and drift."""

import threading
import time
from datetime import timedelta
from pathlib import Path

from lamis.base.clock import utc_now
from lamis.base.errors import LamisError
from lamis.base.log import logger
from lamis.blocking import actions, allow_list, queries
from lamis.blocking.networks import parse_network
from lamis.blocking.planning import Wish
from lamis.blocking.types import BlockFilter
from lamis.connections.queries import connection_named
from lamis.simulators.opnsense.local import LocalFirewall
from lamis.storage.runtime import Runtime
from lamis.tenants.queries import tenant_by_name

NAME, TENANT = "fw-acme", "Acme"
DRIFTS = "203.0.113.44"
_PATIENCE_S = 120.0
_ALLOWED = (("198.51.100.200", "Our own scanner"),)
_BLOCKS: tuple[tuple[str, str, timedelta | None], ...] = (
    ("192.0.2.77", "Suspicious URL access, again and again", timedelta(seconds=15)),
    (DRIFTS, "Brute force against the mail server", timedelta(days=7)),
    ("2001:db8:4::bad", "Scanned every port of the web servers", None),
    ("203.0.113.200/29", "Network of a botnet, by the provider's notice", timedelta(days=1)),
)
_log = logger("demo")


def start_firewall(folder: Path) -> LocalFirewall:
    """The simulated firewall, listening; it forgets its list at each start, as a rebooted one does."""
    firewall = LocalFirewall(is_ticking=True, state_dir=folder)
    firewall.start()
    return firewall


def connect_firewall(runtime: Runtime, firewall: LocalFirewall) -> None:
    """Have a connection lead to the firewall where it answers now; the first time, some blocks with it."""
    values: dict[str, object] = {
        "url": firewall.url,
        "username": firewall.key,
        "password": firewall.secret,
        "fingerprint": firewall.fingerprint,
    }
    try:
        with runtime.database.read() as session:
            stored = connection_named(session, EVERYTHING, NAME)
    except NotFound:
        draft = parse_draft(values | {"name": NAME, "kind": "opnsense"})
        (made,) = import_connections(runtime, SYSTEM, [Entry(NAME, TENANT, draft)])
        if made.result.is_ok:
            _ask_for_blocks(runtime)
        return
    if list(stored.urls) != [firewall.url]:
        change_source(runtime, stored.id, values)


def let_drift(runtime: Runtime, firewall: LocalFirewall) -> threading.Thread:
    """Take one entry away behind LAMIS's back once it is there, and have the lists compared."""
    thread = threading.Thread(target=_drift, args=(runtime, firewall), name="demo-drift", daemon=True)
    thread.start()
    return thread


def _ask_for_blocks(runtime: Runtime) -> None:
    now = utc_now()
    with runtime.database.write() as session:
        tenant = tenant_by_name(session, EVERYTHING, TENANT)
        if tenant is None:
            return
        for address, note in _ALLOWED:
            network = parse_network(address)
            allow_list.allow(session, SYSTEM, network, tenant_key=tenant.key, note=note, now=now)
        for address, reason, lasts in _BLOCKS:
            wish = Wish(parse_network(address), reason, lasts, is_confirmed=True)
            actions.request_block(
                session, SYSTEM, wish, tenant_key=tenant.key, settings=runtime.settings, now=now
            )


def _drift(runtime: Runtime, firewall: LocalFirewall) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not _is_told(runtime):
        if time.monotonic() > deadline:
            return
        threading.Event().wait(0.5)
    try:
        with firewall.box.lock:
            firewall.box.pf.delete(firewall.alias, DRIFTS)
        with runtime.database.write() as session:
            actions.ask_reconcile(session, SYSTEM, now=utc_now())
    except LamisError:
        _log.exception("the demo's drift did not happen")


def _is_told(runtime: Runtime) -> bool:
    """Whether the firewall was read back with the entry that is to drift."""
    wanted = BlockFilter(covering=parse_network(DRIFTS), standing=True)
    with runtime.database.read() as session:
        found, _ = queries.blocks(session, EVERYTHING, wanted, limit=1)
    return any(receipt.state.value == "active" for block in found for receipt in block.receipts)
