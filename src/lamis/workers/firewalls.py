"""Looking after firewalls: each is tested every few minutes, and its own addresses are read each hour."""

from dataclasses import replace
from functools import partial

from lamis.access.firewalls import opener_of, options_of, with_own
from lamis.base.clock import to_ms
from lamis.base.log import logger
from lamis.base.scope import EVERYTHING
from lamis.base.secrets import SecretUnreadable
from lamis.blocking.types import Firewall
from lamis.connections.endpoints import endpoint_of
from lamis.connections.firewalls import firewall_tested
from lamis.connections.queries_firewalls import StoredFirewall, active_firewalls
from lamis.connections.rules_firewall import are_own_networks_due, is_check_due
from lamis.connections.testing import SIDE_BY_SIDE, test_opened
from lamis.connections.types import TestCode, TestResult
from lamis.workers.side_by_side import each_side_by_side
from lamis.workers.work import Work

_log = logger("firewalls")


def check_firewalls(work: Work) -> None:
    """Test every active firewall that is due, side by side; nothing is ever made or changed there."""
    now_ms = to_ms(work.clock())
    with work.runtime.database.read() as session:
        due = [
            each for each in active_firewalls(session, EVERYTHING) if is_check_due(each.facts, now_ms=now_ms)
        ]
    each_side_by_side(work, due, partial(_check, work), most=SIDE_BY_SIDE)


def _check(work: Work, stored: StoredFirewall) -> None:
    row = stored.connection
    result = _tested(work, stored)
    if not result.is_ok:
        _log.warning("a firewall fails", firewall=row.name, code=result.code.value, why=result.message)
    with work.runtime.database.write() as session:
        firewall_tested(session, row.key, result, changed_ms=row.changed_ms, now=work.clock())


def _tested(work: Work, stored: StoredFirewall) -> TestResult:
    now = work.clock()
    reads_own = are_own_networks_due(stored.own_read_ms, now_ms=to_ms(now))

    def try_it(arm: Firewall) -> TestResult:
        result = replace(arm.test(now=now), own_networks=None)
        return with_own(arm, result) if reads_own else result

    kind, runtime = stored.connection.kind, work.runtime
    try:
        endpoint = endpoint_of(stored.connection, vault=runtime.keys.vault, settings=runtime.settings)
    except SecretUnreadable as error:
        return TestResult(TestCode.SECRET_UNREADABLE, error.message)
    return test_opened(lambda: opener_of(work.manifest_of(kind))(endpoint, options_of(stored)), try_it=try_it)
