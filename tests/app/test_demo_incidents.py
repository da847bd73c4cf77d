"""Somebody works on the demo's incidents."""

import threading
from collections import Counter

from lamis.app.demo_incidents import ENOUGH, Analyst, work_on_some
from lamis.people.actions import create_operator
from lamis.storage.engine import Database
from tests.alerts.world import NOW, settle
from tests.incidents.world import high, rows, take
from tests.web.site import make_runtime


def test_each_state_shows_once_there_is_enough(database: Database) -> None:
    settle(database)
    runtime = make_runtime(database)
    take(database, *(high(n, device=f"d{n}") for n in range(ENOUGH - 1)))
    assert not work_on_some(runtime, "demo", now=NOW)
    take(database, high(99, device="last"))
    assert not work_on_some(runtime, "demo", now=NOW)
    with database.write() as session:
        create_operator(session, name="demo", password="long enough for this", now=NOW)
    assert work_on_some(runtime, "demo", now=NOW)
    found = rows(database)
    assert Counter(row.state for row in found) == {"open": 7, "acknowledged": 2, "closed": 3}
    assert {row.verdict for row in found if row.verdict} == {"benign", "false positive", "true positive"}
    assert [row.assignee for row in found if row.assignee] == ["demo", "demo"]
    assert work_on_some(runtime, "demo", now=NOW)
    assert rows(database) == found


def test_the_analyst_waits_and_goes(database: Database) -> None:
    analyst = Analyst(make_runtime(database), "demo")
    analyst.start()
    analyst.stop()
    assert "demo-analyst" not in {thread.name for thread in threading.enumerate()}
