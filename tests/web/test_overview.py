"""The overview: status, numbers, recent alerts, Refresh now."""

from datetime import timedelta

import pytest

from lamis.base.clock import to_ms, utc_now
from lamis.base.scope import Role
from lamis.connections.models import Connection
from lamis.storage.state import set_state
from tests.api.filled import connect, document, fill, store
from tests.web.site import Browser, Site

HOSTILE = '"><script>alert(1)</script>'


def change(site: Site, source_id: str, **values: object) -> None:
    with site.runtime.database.write() as session:
        row = session.query(Connection).filter_by(id=source_id).one()
        for name, value in values.items():
            setattr(row, name, value)


def fail(site: Site, source_id: str) -> None:
    change(
        site, source_id, error_code="auth_failed", error_text="192.0.2.10 refuses the password.", failures=3
    )


def test_strangers_are_led_to_the_sign_in(site: Site) -> None:
    site.person("Olga", is_operator=True)
    for path in ("/", "/refresh/state"):
        assert site.stranger().get(path).headers["location"].startswith("/sign-in")


def test_without_sources_it_says_so_and_leads_to_the_first(site: Site) -> None:
    acme = site.tenant("Acme")
    page = site.operator().get("/")
    assert "<title>Overview · LAMIS</title>" in page.text
    assert "No sources" in page.text
    assert 'href="/sources/add"' in page.text
    viewer = site.signed_in(site.person("Vera", roles={acme.key: Role.VIEWER})).get("/").text
    assert "/sources/add" not in viewer
    assert "Ask an admin" in viewer


def test_it_tells_that_all_is_well_and_shows_the_newest_alerts(site: Site) -> None:
    acme = site.tenant("Acme")
    source = connect(site, acme, "emea", now=utc_now())
    fill(site, source, 30, now=utc_now())
    page = site.operator().get("/").text
    assert "Protected · 1 of 1 active source" in page
    assert "30 alerts in last 24 h" in page
    assert page.count('class="open"') == 25
    assert "of 2</span>" in page
    assert "Login failed · 5710" in page
    assert 'data-refresh-s="60"' in page
    assert '<meta http-equiv="refresh" content="60">' in page
    assert '<a href="/" title="Overview" aria-current="page">' in page


def test_a_source_that_was_never_read_is_said_to_be_read_for_the_first_time(site: Site) -> None:
    acme = site.tenant("Acme")
    source = connect(site, acme, "emea", now=utc_now())
    connect(site, acme, "apac", now=utc_now())
    change(site, source, last_good_ms=None)
    assert "reading 1 source for the first time" in site.operator().get("/").text


def test_a_failing_source_is_named_with_why_and_a_way_to_it(site: Site) -> None:
    acme = site.tenant("Acme")
    good, bad = connect(site, acme, "good", now=utc_now()), connect(site, acme, "bad", now=utc_now())
    assert good
    fail(site, bad)
    page = site.operator().get("/").text
    assert "Error · 1 of 2 active sources" in page
    assert "bad: 192.0.2.10 refuses the password." in page
    assert f'href="/sources/{bad}" aria-label="Review source bad"' in page
    assert '<span class="badge critical">1</span>' in page


def test_many_failing_sources_do_not_bury_the_page(site: Site) -> None:
    acme = site.tenant("Acme")
    for number in range(5):
        fail(site, connect(site, acme, f"s{number}", now=utc_now()))
    page = site.operator().get("/").text
    assert page.count('aria-label="Review source') == 3
    assert "2 more sources have a problem." in page


def test_paused_sources_do_not_count(site: Site) -> None:
    acme = site.tenant("Acme")
    connect(site, acme, "one", now=utc_now())
    fail(site, connect(site, acme, "two", now=utc_now(), is_active=False))
    assert "Protected · 1 of 1 active source" in site.operator().get("/").text


def test_the_disk_guard_is_told_once_on_every_page(site: Site) -> None:
    acme = site.tenant("Acme")
    connect(site, acme, "one", now=utc_now())
    with site.runtime.database.write() as session:
        set_state(session, "disk_guard", "Collecting rests: the disk is nearly full.")
    browser = site.operator()
    for path in ("/alerts", "/sources", "/people", "/account"):
        assert "Collecting rests: the disk is nearly full." in browser.get(path).text
    page = browser.get("/").text
    assert "Error · 0 of 1 active source" in page
    assert 'aria-label="Review source' not in page
    assert "No alerts, and that is a problem" in page
    sent = browser.follow(browser.post("/refresh")).text
    assert "Collecting rests; 1 source will be read once it goes on." in sent
    assert "being read now" not in sent


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked", "shown"), [("2", 2), ("0", 1), ("-3", 1), ("x", 1), ("", 1), ("99", 3), ("9" * 400, 3)]
)
def test_a_page_beyond_the_ends_is_the_nearest(site: Site, asked: str, shown: int) -> None:
    acme = site.tenant("Acme")
    fill(site, connect(site, acme, "emea", now=utc_now()), 60, now=utc_now())
    page = site.operator().get("/", params={"page": asked}).text
    assert f'name="page" value="{shown}"' in page
    assert ('rel="prev"' in page) is (shown > 1)
    assert ('rel="next"' in page) is (shown < 3)


def test_one_page_has_no_pager(site: Site) -> None:
    acme = site.tenant("Acme")
    fill(site, connect(site, acme, "emea", now=utc_now()), 25, now=utc_now())
    page = site.operator().get("/").text
    assert 'class="pager"' not in page
    assert "1–25 of 25" in page


def test_filters_narrow_the_list_and_not_the_day(site: Site) -> None:
    acme = site.tenant("Acme")
    source = connect(site, acme, "emea", now=utc_now())
    now = utc_now()
    documents = [document(n, at=now - timedelta(minutes=n + 1), level=3 + 9 * (n == 1)) for n in range(4)]
    store(site, source, documents, now=now)
    browser = site.operator()
    page = browser.get("/?severity=critical").text
    assert page.count('class="open"') == 1
    assert "4 alerts in last 24 h" in page
    assert "Remove this filter" in page
    nothing = browser.get("/?device=nowhere").text
    assert "No alerts match" in nothing
    wrong = browser.get("/?address=nonsense").text
    assert "is not an address" in wrong
    assert wrong.count('class="open"') == 4
    assert browser.get(f"/?connection={source}").text.count('class="open"') == 4


def test_an_empty_day_says_whether_all_is_quiet_or_a_problem(site: Site) -> None:
    acme = site.tenant("Acme")
    source = connect(site, acme, "emea", now=utc_now())
    browser = site.operator()
    assert "All quiet" in browser.get("/").text
    fail(site, source)
    page = browser.get("/").text
    assert "No alerts, and that is a problem" in page
    assert "refuses the password" in page


def test_the_day_before_is_compared_only_where_it_was_asked_for(site: Site) -> None:
    acme = site.tenant("Acme")
    now = utc_now()
    source = connect(site, acme, "emea", now=now)
    documents = [document(n, at=now - timedelta(hours=6 * n + 1)) for n in range(6)]
    store(site, source, documents, now=now)
    browser = site.operator()
    page = browser.get("/").text
    assert "+100" not in page
    assert 'aria-label="Alerts in 24 h, hour by hour"' in page
    change(site, source, created_ms=to_ms(now - timedelta(days=3)))
    assert "+100" in browser.get("/").text


def test_nobody_sees_alerts_or_trouble_of_other_tenants(site: Site) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    hidden = connect(site, globex, "hidden-source", now=utc_now())
    store(site, hidden, [document(1, at=utc_now(), title="Hidden title")], now=utc_now())
    fail(site, hidden)
    browser = site.signed_in(site.person("Vera", roles={acme.key: Role.VIEWER}))
    page = browser.get("/")
    assert "Hidden" not in page.text
    assert "hidden-source" not in page.text
    assert 'class="badge critical"' not in page.text
    assert browser.get("/refresh/state").json() == {"tried_at": {}, "failed": []}
    assert browser.get(f"/?tenant={globex.id}").status_code == 404


def test_refresh_needs_the_right_and_the_form(site: Site) -> None:
    acme = site.tenant("Acme")
    connect(site, acme, "emea", now=utc_now())
    viewer = site.signed_in(site.person("Vera", roles={acme.key: Role.VIEWER}))
    assert 'data-refresh="/refresh/state"' in viewer.get("/").text
    assert "1 source is being read now." in viewer.follow(viewer.post("/refresh")).text
    nobody = site.signed_in(site.person("Nina"))
    assert "data-refresh=" not in nobody.get("/").text
    assert nobody.post("/refresh").status_code == 403
    analyst = site.signed_in(site.person("Nils", roles={acme.key: Role.ANALYST}))
    assert 'data-refresh="/refresh/state"' in analyst.get("/").text
    assert analyst.post("/refresh", False).status_code == 403
    page = analyst.follow(analyst.post("/refresh"))
    assert "1 source is being read now." in page.text
    assert "being read now" not in analyst.get("/").text


def test_refresh_answers_the_script_with_a_count(site: Site) -> None:
    acme = site.tenant("Acme")
    source = connect(site, acme, "emea", now=utc_now())
    browser = site.operator()
    answer = refreshed(browser)
    assert (answer.status_code, answer.json()) == (202, {"sources": 1})
    change(site, source, is_active=False)
    assert refreshed(browser).json() == {"sources": 0}
    assert "no active source" in browser.follow(browser.post("/refresh")).text


def test_the_button_does_not_wait_for_what_is_not_polled(site: Site) -> None:
    acme = site.tenant("Acme")
    good = connect(site, acme, "good", now=utc_now())
    failing = connect(site, acme, "failing", now=utc_now())
    stopped = connect(site, acme, "stopped", now=utc_now())
    fail(site, failing)
    change(site, stopped, is_identity_in_doubt=True)
    state = site.operator().get("/refresh/state").json()
    assert set(state["tried_at"]) == {good, failing}
    assert {each["name"] for each in state["failed"]} == {"failing", "stopped"}


def test_a_hostile_name_or_title_is_shown_and_never_run(site: Site) -> None:
    tenant = site.tenant(HOSTILE)
    source = connect(site, tenant, HOSTILE, now=utc_now())
    store(site, source, [document(1, at=utc_now(), title=HOSTILE)], now=utc_now())
    fail(site, source)
    change(site, source, error_text=HOSTILE)
    browser = site.operator(name="<b>Olga</b>")
    for path in ("/", "/?severity=%3Cscript%3E", "/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"):
        page = browser.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page
        assert "<b>Olga" not in page


def refreshed(browser: Browser):
    headers = {"Accept": "application/json", "X-CSRF-Token": browser.csrf}
    return browser.client.post("/refresh", headers=headers)
