"""What is learned of a firewall is kept, and only by those settings it was learned with."""

from datetime import timedelta

from lamis.base.clock import to_ms
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.connections import actions, queries_firewalls
from lamis.connections.firewalls import firewall_compared, firewall_seen, firewall_tested
from lamis.connections.types import HealthWord, TestCode, TestResult
from lamis.storage.engine import Database
from tests.connections.world import NOON, PASSED, VAULT, add_firewall, firewall_draft, tenant

LATER = NOON + timedelta(minutes=5)


def test_failures_in_a_row_are_counted_until_it_answers_again(database: Database) -> None:
    with database.write() as session:
        key = add_firewall(session, tenant(session, "acme")).key
        for minutes in (1, 2, 3):
            now = NOON + timedelta(minutes=minutes)
            firewall_seen(session, key, code="timeout", error="192.0.2.30 did not answer in time.", now=now)
        (shown,) = queries_firewalls.firewalls(session, EVERYTHING, now=LATER)
        assert (shown.failures, shown.error_code) == (3, "timeout")
        assert shown.failing_since_ms == to_ms(NOON + timedelta(minutes=1))
        assert shown.health.word is HealthWord.FAILING
        firewall_seen(session, key, now=LATER)
        session.expire_all()
        (shown,) = queries_firewalls.firewalls(session, EVERYTHING, now=LATER)
        assert (shown.failures, shown.error_code, shown.failing_since_ms) == (0, None, None)
        assert shown.last_good_ms == to_ms(LATER)


def test_what_was_learned_with_old_settings_is_not_kept(database: Database) -> None:
    with database.write() as session:
        row = add_firewall(session, tenant(session, "acme"))
        old = row.changed_ms
        actions.edit_connection(
            session, SYSTEM, row.id, firewall_draft(password=""), vault=VAULT, tested=PASSED, now=LATER
        )
        firewall_seen(session, row.key, code="timeout", error="Slow.", changed_ms=old, now=LATER)
        session.expire_all()
        assert queries_firewalls.firewall_by_id(session, EVERYTHING, row.id, now=LATER).error_code is None


def test_a_removed_firewall_learns_nothing(database: Database) -> None:
    with database.write() as session:
        row = add_firewall(session, tenant(session, "acme"))
        actions.remove_connection(session, SYSTEM, row.id, now=LATER)
        firewall_seen(session, row.key, code="timeout", error="Slow.", now=LATER)
        session.expire_all()
        (shown,) = queries_firewalls.firewalls(session, EVERYTHING, now=LATER, with_removed=True)
        assert (shown.error_code, shown.health.word) == (None, HealthWord.REMOVED)


def test_a_comparison_and_own_addresses_are_kept(database: Database) -> None:
    with database.write() as session:
        row = add_firewall(session, tenant(session, "acme"))
        firewall_compared(session, row.key, entries=48, drift=1, now=LATER)
        told = TestResult(TestCode.OK, "It works.", own_networks=("203.0.113.1/32",))
        firewall_tested(session, row.key, told, now=LATER)
        session.expire_all()
        shown = queries_firewalls.firewall_by_id(session, EVERYTHING, row.id, now=LATER)
        assert (shown.entries, shown.drift, shown.compared_ms) == (48, 1, to_ms(LATER))
        assert (shown.own_networks, shown.own_read_ms) == (("203.0.113.1/32",), to_ms(LATER))


def test_another_alias_is_not_compared_yet_and_own_addresses_stay_where_none_were_read(
    database: Database,
) -> None:
    with database.write() as session:
        row = add_firewall(session, tenant(session, "acme"))
        firewall_compared(session, row.key, entries=48, drift=1, now=NOON)
        actions.edit_connection(
            session,
            SYSTEM,
            row.id,
            firewall_draft(password="", alias="Other", may_create=True),
            vault=VAULT,
            tested=TestResult(TestCode.OK, "It works."),
            now=LATER,
        )
        shown = queries_firewalls.firewall_by_id(session, EVERYTHING, row.id, now=LATER)
        assert (shown.alias, shown.may_create, shown.entries, shown.drift) == ("Other", True, None, None)
        assert shown.own_networks == ("198.51.100.1/32", "2001:db8::1/128")


def test_what_only_a_test_can_disprove_stays_until_one_passes(database: Database) -> None:
    with database.write() as session:
        row = add_firewall(session, tenant(session, "acme"))
        missing = TestResult(TestCode.RULE_MISSING, "No rule blocks what is in LAMIS_block.")
        firewall_tested(session, row.key, missing, changed_ms=row.changed_ms, now=NOON)
        firewall_seen(session, row.key, now=LATER)
        session.expire_all()
        shown = queries_firewalls.firewall_by_id(session, EVERYTHING, row.id, now=LATER)
        assert (shown.error_code, shown.health.sentence) == ("rule_missing", missing.message)
        firewall_tested(session, row.key, TestResult(TestCode.OK, "It works."), now=LATER)
        session.expire_all()
        shown = queries_firewalls.firewall_by_id(session, EVERYTHING, row.id, now=LATER)
        assert (shown.error_code, shown.failures, shown.health.is_good) == (None, 0, True)


def test_a_test_of_old_settings_is_not_kept(database: Database) -> None:
    with database.write() as session:
        row = add_firewall(session, tenant(session, "acme"))
        slow = TestResult(TestCode.TIMEOUT, "Slow.", own_networks=("203.0.113.1/32",))
        firewall_tested(session, row.key, slow, changed_ms=row.changed_ms - 1, now=LATER)
        session.expire_all()
        shown = queries_firewalls.firewall_by_id(session, EVERYTHING, row.id, now=LATER)
        assert (shown.error_code, len(shown.own_networks)) == (None, 2)
