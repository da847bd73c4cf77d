"""What the doctor says of notifications."""

from dataclasses import replace
from datetime import timedelta

from lamis.app.doctor_notifying import notifying
from lamis.app.findings import Finding, Verdict
from lamis.base.clock import to_ms
from lamis.base.settings import Settings
from lamis.storage.engine import Database
from lamis.storage.state import set_state
from lamis.workers.heartbeat import LAST_ERROR, LAST_OK
from tests.web.notified import add_channel, deliver
from tests.web.site import NOW, Site, make_runtime


def found(site: Site, *, url: str | None = None) -> list[Finding]:
    settings = Settings(_env_file=None, heartbeat_url=url)
    return list(notifying(replace(site.runtime, settings=settings), now=NOW))


def beat(site: Site, *, ago: timedelta, error: str | None = None) -> Finding:
    with site.runtime.database.write() as session:
        set_state(session, LAST_OK, str(to_ms(NOW - ago)))
        set_state(session, LAST_ERROR, error)
    (finding,) = found(site, url="https://beats.example/s3cret")
    assert "s3cret" not in finding.message
    return finding


def test_the_heartbeat_is_judged_by_its_age_and_last_error(database: Database) -> None:
    site = Site(make_runtime(database))
    assert found(site) == []
    assert found(site, url="https://beats.example/")[0].verdict is Verdict.WARNING
    assert beat(site, ago=timedelta(seconds=70)).verdict is Verdict.OK
    assert beat(site, ago=timedelta(minutes=10)).verdict is Verdict.WARNING
    failed = beat(site, ago=timedelta(minutes=1), error="beats.example:443 answered 500.")
    assert failed.verdict is Verdict.WRONG
    assert "answered 500" in failed.message


def test_a_failing_channel_is_named_with_its_cure(database: Database) -> None:
    site = Site(make_runtime(database))
    acme = site.tenant("Acme")
    add_channel(site, acme)
    assert found(site) == []
    deliver(site, acme)
    (finding,) = found(site)
    assert finding.check == "channel night watch"
    assert "It answered 404." in finding.message
    assert "lamis channels test" in finding.cure
