"""What the demo blocks on its firewall: some stand, one expires, one drifts and is put back."""

import threading
import time
from datetime import timedelta

from lamis.app.demo_firewall import TENANT
from lamis.base.clock import utc_now
from lamis.base.errors import LamisError
from lamis.base.log import logger
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.blocking import actions, allow_list, queries
from lamis.blocking.networks import parse_network
from lamis.blocking.planning import Wish
from lamis.blocking.types import BlockFilter, ReceiptState
from lamis.simulators.opnsense.local import LocalFirewall
from lamis.storage.runtime import Runtime
from lamis.tenants.queries import tenant_by_name

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


def begin_blocks(runtime: Runtime, box: LocalFirewall) -> threading.Thread | None:
    """Ask for the demo's blocks where there are none yet; then one entry is taken away behind our back.

    The thread ends once the lists are due to be compared; it ends with the process.
    """
    with runtime.database.read() as session:
        if queries.newest_change_ms(session, EVERYTHING) is not None:
            return None
    _ask(runtime)
    thread = threading.Thread(target=_drift, args=(runtime, box), name="demo-drift", daemon=True)
    thread.start()
    return thread


def _ask(runtime: Runtime) -> None:
    now = utc_now()
    with runtime.database.write() as session:
        tenant = tenant_by_name(session, EVERYTHING, TENANT)
        assert tenant is not None
        for address, note in _ALLOWED:
            network = parse_network(address)
            allow_list.allow(session, SYSTEM, network, tenant_key=tenant.key, note=note, now=now)
        for address, reason, lasts in _BLOCKS:
            wish = Wish(parse_network(address), reason, lasts, is_confirmed=True)
            actions.request_block(
                session, SYSTEM, wish, tenant_key=tenant.key, settings=runtime.settings, now=now
            )


def _drift(runtime: Runtime, box: LocalFirewall) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not _is_held(runtime):
        if time.monotonic() > deadline:
            return
        threading.Event().wait(0.5)
    try:
        with box.box.lock:
            box.box.pf.delete(box.alias, DRIFTS)
        with runtime.database.write() as session:
            actions.ask_reconcile(session, SYSTEM, now=utc_now())
    except LamisError:
        _log.exception("the demo's drift did not happen")


def _is_held(runtime: Runtime) -> bool:
    """Whether the firewall was read back with the entry that is to drift."""
    wanted = BlockFilter(covering=parse_network(DRIFTS), standing=True)
    with runtime.database.read() as session:
        found, _ = queries.blocks(session, EVERYTHING, wanted, limit=1)
    return any(each.state is ReceiptState.ACTIVE for block in found for each in block.receipts)
