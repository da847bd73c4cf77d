"""The one entry of alerts and findings: what is new opens and raises incidents, once."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from lamis.alerts import queries as alerts
from lamis.alerts.types import Filter, FindingDraft, Severity
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.incidents import actions_work, queries
from lamis.incidents.actions import receive, receive_findings
from lamis.incidents.types import Policy, Verdict
from lamis.storage.engine import Database
from tests.alerts.world import ALL, NOW, ago, batch, document, settle
from tests.incidents.world import high, later, row, rows, take


def test_pages_and_findings_enter_here(database: Database) -> None:
    settle(database)
    draft = FindingDraft("f", 1, 1, "connection-1", "lamis:silent", "Silent", Severity.HIGH, {})
    for new in (1, 0):
        with database.ingest() as session:
            assert receive(session, batch([document(1)]), now=NOW).new == new
            assert receive_findings(session, [draft], now=NOW) == new
    with database.read() as session:
        assert alerts.count(session, EVERYTHING, ALL) == 2


def test_like_alerts_are_one_incident(database: Database) -> None:
    settle(database)
    take(database, high(1, at=ago(minutes=9), title="First"), high(2, at=ago(minutes=5)))
    take(database, high(3, at=ago(minutes=7), level=12, title="Worst"))
    found = row(database)
    assert (found.number, found.count, found.severity_name, found.title) == (1, 3, "critical", "First")
    assert (found.first_seen, found.last_seen) == ("2026-11-21T11:58:30.000Z", "2026-11-21T12:02:30.000Z")
    assert (found.state, found.device, found.rule, found.tenant) == ("open", "web-01", "5710", "North")


def test_another_device_rule_or_tenant_is_another_incident(database: Database) -> None:
    settle(database)
    take(database, high(1), high(2, device="web-02"), high(3, rule="5712"), high(4, device=None))
    take(database, high(5), connection=3)
    assert [(each.number, each.tenant) for each in rows(database)] == [
        (1, "North"),
        (2, "North"),
        (3, "North"),
        (4, "North"),
        (5, "South"),
    ]


def test_sources_of_one_tenant_share_an_incident(database: Database) -> None:
    settle(database)
    take(database, high(1))
    take(database, high(2), connection=2)
    assert row(database).count == 2


def test_who_attacks_tells_some_alerts_apart(database: Database) -> None:
    settle(database)
    brute = {"groups": ("sshd", "authentication_failures"), "rule": "5712"}
    take(database, high(1, addresses=["203.0.113.7"], **brute), high(2, addresses=["203.0.113.8"], **brute))
    assert [each.source_address for each in rows(database)] == ["203.0.113.7", "203.0.113.8"]


def test_an_address_stands_on_an_incident_while_all_its_alerts_share_it(database: Database) -> None:
    settle(database)
    take(database, high(1), high(2))
    assert row(database).source_address == "203.0.113.7"
    take(database, high(3, addresses=["203.0.113.9"]))
    assert row(database).source_address is None


def test_lesser_alerts_open_none_and_count_in_none(database: Database) -> None:
    settle(database)
    take(database, high(1), document(2, level=5, groups=("sshd",)))
    assert row(database).count == 1
    take(database, document(3, level=5, rule="1"), policy=Policy(severity=Severity.MEDIUM))
    assert len(rows(database)) == 2


def test_what_is_known_or_sent_again_changes_no_incident(database: Database) -> None:
    settle(database)
    first = high(1, identity="same")
    take(database, first, first)
    before = row(database)
    take(database, first)
    take(database, high(2, identity="same", raw=first.raw))
    assert row(database) == before
    assert before.count == 1


def test_its_alerts_carry_the_incident(database: Database) -> None:
    settle(database)
    take(database, high(1), high(2), document(3))
    found = row(database)
    with database.read() as session:
        every = alerts.page(session, EVERYTHING, ALL).alerts
        of_it = alerts.page(session, EVERYTHING, Filter(incident=found.id)).alerts
    assert sorted((each.status or "", each.incident or "") for each in every) == [
        ("", ""),
        ("open", found.id),
        ("open", found.id),
    ]
    assert len(of_it) == 2


def test_each_source_that_falls_silent_is_an_incident(database: Database) -> None:
    settle(database)
    drafts = [
        FindingDraft(f"f{key}{n}", 1, key, f"connection-{key}", "lamis:silent", "Silent", Severity.HIGH, {})
        for key in (1, 2)
        for n in (1, 2)
    ]
    with database.ingest() as session:
        assert receive_findings(session, drafts, now=NOW) == 4
    assert [each.count for each in rows(database)] == [2, 2]


def _close(database: Database, *, now: object = NOW) -> None:
    with database.write() as session:
        actions_work.close(session, SYSTEM, row(database).id, verdict=Verdict.BENIGN, now=NOW)


def test_a_like_alert_within_the_quiet_time_reopens_the_same(database: Database) -> None:
    settle(database)
    take(database, high(1))
    _close(database)
    take(database, high(2, at=later(minutes=59)), now=later(minutes=59))
    found = row(database)
    assert (found.state, found.count, found.verdict, found.closed_at) == ("open", 2, None, None)
    with database.read() as session:
        history = queries.incident_by_id(session, EVERYTHING, found.id, now=NOW).happenings
    assert [(each.kind, each.actor) for each in history] == [("closed", "LAMIS"), ("reopened", "LAMIS")]


def test_after_the_quiet_time_a_new_one_follows_the_old(database: Database) -> None:
    settle(database)
    take(database, high(1))
    _close(database)
    take(database, high(2, at=later(minutes=61)), now=later(minutes=61))
    old, new = rows(database)
    assert (old.state, new.state, old.count, new.count) == ("closed", "open", 1, 1)
    with database.read() as session:
        first = queries.incident_by_id(session, EVERYTHING, old.id, now=NOW)
        second = queries.incident_by_id(session, EVERYTHING, new.id, now=NOW)
    assert first.next is not None
    assert second.previous is not None
    assert (first.next.number, second.previous.number) == (2, 1)


def test_an_alert_from_before_the_closing_joins_without_reopening(database: Database) -> None:
    settle(database)
    take(database, high(1))
    _close(database)
    take(database, high(2, at=ago(days=3)), now=later(minutes=5))
    found = row(database)
    assert (found.state, found.count, found.first_seen) == ("closed", 2, "2026-11-18T12:07:30.000Z")


def test_a_page_may_add_to_the_old_and_open_the_new(database: Database) -> None:
    settle(database)
    take(database, high(1))
    _close(database)
    take(database, high(2, at=ago(minutes=1)), high(3, at=later(hours=3)), now=later(hours=3))
    assert [(each.state, each.count) for each in rows(database)] == [("closed", 2), ("open", 1)]


def test_each_opening_is_an_entry_of_the_journal(database: Database) -> None:
    settle(database)
    take(database, high(1), high(2, device="web-02", level=12))
    with database.read() as session:
        entries = session.execute(
            text("SELECT number, kind, subject FROM journal_entry ORDER BY number")
        ).all()
        numbers = session.execute(text("SELECT journal_number FROM incident ORDER BY key")).scalars().all()
    assert [kind for _, kind, _ in entries] == ["alerts.stored", "incident.opened", "incident.opened"]
    assert numbers == [2, 3]
    assert "critical" in str(entries[2][2])


def test_workers_at_once_open_one_incident(database: Database) -> None:
    settle(database)

    def work(connection: int) -> None:
        for number in range(10):
            take(database, high(number * 10 + connection), connection=connection)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, (1, 2)))
    assert row(database).count == 20
