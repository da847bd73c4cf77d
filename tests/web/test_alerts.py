"""The list of alerts and one alert."""

import re
from datetime import timedelta
from html import unescape

import orjson
import pytest

from lamis.alerts.types import Fields, Incoming
from lamis.base.clock import to_ms, utc_now
from lamis.base.scope import Role
from lamis.storage.engine import Database
from tests.api.filled import connect, document, fill, store
from tests.web.filled import change
from tests.web.site import Browser, Site, make_runtime, unmasked

HOSTILE = '"><script>alert(1)</script>'
_OPEN = re.compile(r'class="open" href="([^"]+)"')


def opened(browser: Browser, query: str = "") -> str:
    """The address of the newest alert."""
    found = _OPEN.search(browser.get(f"/alerts{query}").text)
    assert found
    return found[1]


def test_strangers_are_led_to_the_sign_in(site: Site) -> None:
    site.person("Olga", is_operator=True)
    for path in ("/alerts", "/alerts/x", "/alerts/x/document", "/alert/a/b/c"):
        assert site.stranger().get(path).headers["location"].startswith("/sign-in?next=")


def test_the_list_shows_the_last_day_newest_first_with_a_bar_for_each_quarter(site: Site) -> None:
    acme = site.tenant("Acme")
    source = connect(site, acme, "emea", now=utc_now())
    now = utc_now()
    documents = [document(n, at=now - timedelta(hours=n), title=f"Title {n}") for n in range(30)]
    store(site, source, documents, now=now)
    page = site.operator().get("/alerts").text
    assert "<title>Alerts · LAMIS</title>" in page
    assert '<a href="/alerts" title="Alerts" aria-current="page">' in page
    assert re.search(r">2[45] match<", page)
    assert page.index("Title 0<") < page.index("Title 1<") < page.index("Title 2<")
    assert page.count('class="hit"') in (96, 97)
    assert 'data-refresh-s="60"' in page


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("severity=critical", 1),
        ("severity=critical&severity=medium", 3),
        ("severity=critical,medium", 3),
        ("level=5", 3),
        ("device=web-1", 3),
        ("device=web-2", 0),
        ("address=198.51.100.7", 3),
        ("address=198.51.100.0/24", 3),
        ("address=203.0.113.0/24", 0),
        ("rule=5710", 3),
        ("user=root", 3),
        ("group=sshd", 3),
        ("mitre=T1110", 0),
        ("q=failed", 3),
        ('q="login failed"', 3),
        ('q="failed login"', 0),
        ("from=30m", 0),
        ("from=7d", 3),
        ("connection=none", 0),
        ("unreadable=1", 0),
    ],
)
def test_each_filter_narrows_and_shows_a_chip(site: Site, query: str, count: int) -> None:
    acme = site.tenant("Acme")
    source = connect(site, acme, "emea", now=utc_now())
    now = utc_now()
    documents = [document(n, at=now - timedelta(hours=n + 1), level=5 + 8 * (n == 1)) for n in range(3)]
    store(site, source, documents, now=now)
    page = site.operator().get(f"/alerts?{query}").text
    assert page.count('class="open"') == count
    if count == 0:
        assert "No alerts match" in page
        assert "1 filter is active." in page
    assert ("Remove this filter" in page) is (query != "from=7d")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("address=nonsense", "is not an address"),
        ("level=high", "is not a level"),
        ("severity=purple", "is not a severity"),
        ("from=yesterday", "is not a time"),
        ("from=1h&to=2h", "ends before it begins"),
        ("q=%22", "no word to look for"),
        (f"device={'x' * 600}", "longer than 512"),
    ],
)
def test_a_filter_that_cannot_be_read_says_so_and_shows_nothing(site: Site, query: str, says: str) -> None:
    acme = site.tenant("Acme")
    fill(site, connect(site, acme, "emea", now=utc_now()), 3, now=utc_now())
    page = site.operator().get(f"/alerts?{query}")
    assert page.status_code == 422
    assert "This filter cannot be read" in page.text
    assert says in page.text
    assert 'class="open"' not in page.text
    assert "data-refresh-s" not in page.text


def test_pages_keep_the_filter(site: Site) -> None:
    acme = site.tenant("Acme")
    fill(site, connect(site, acme, "emea", now=utc_now()), 60, now=utc_now())
    page = unescape(site.operator().get("/alerts?device=web-1&page=2").text)
    assert 'href="/alerts?device=web-1"' in page
    assert 'href="/alerts?device=web-1&page=3"' in page
    assert '<input type="hidden" name="device" value="web-1">' in page
    assert "26–50 of 60" in page


def test_a_word_that_very_many_alerts_have_is_counted_no_farther_than_pages_are_read(site: Site) -> None:
    acme = site.tenant("Acme")
    fill(site, connect(site, acme, "emea", now=utc_now()), 1060, now=utc_now())
    browser = site.operator()
    first = browser.get("/alerts?q=login").text
    assert ">1,000+ match<" in first
    assert "1–25 of 1,000+" in first
    assert "of 40+<" in first
    assert "The newest 1,000 matches; older ones are not drawn." in first
    beyond = unescape(browser.get("/alerts?q=login&page=41").text)
    assert "1,001–1,025 of 1,025+" in beyond
    assert 'href="/alerts?q=login&page=42"' in beyond
    last = browser.get("/alerts?q=login&page=9999999999999999999999").text
    assert "1,051–1,060 of 1,060<" in last
    assert "of 43<" in last
    kept = browser.get("/alerts?rule=5710").text
    assert ">1,060 match<" in kept
    assert "are not drawn" not in kept


def test_the_list_of_another_tenant_is_not_reachable(site: Site) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    hidden = connect(site, globex, "globex-source", now=utc_now())
    store(site, hidden, [document(1, at=utc_now(), title="Hidden title")], now=utc_now())
    path = opened(site.operator())
    browser = site.signed_in(site.person("Vera", roles={acme.key: Role.VIEWER}))
    for query in ("", f"?connection={hidden}", "?q=hidden", "?from=7d"):
        page = browser.get(f"/alerts{query}").text
        assert "Hidden title" not in page
        assert "globex-source" not in page
    foreign, unknown = browser.get(path), browser.get("/alerts/0000000000000")
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert unmasked(foreign).replace(path, "") == unmasked(unknown).replace("/alerts/0000000000000", "")
    assert browser.get(f"/alert/{hidden}/wazuh-alerts-4.x-2026.03.01/doc-1").status_code == 404
    assert browser.get(f"/alerts?tenant={globex.id}").status_code == 404


def test_exports_are_offered_to_those_who_may(site: Site) -> None:
    acme = site.tenant("Acme")
    fill(site, connect(site, acme, "emea", now=utc_now()), 1, now=utc_now())
    viewer = site.signed_in(site.person("Vera", roles={acme.key: Role.VIEWER}))
    analyst = site.signed_in(site.person("Nils", roles={acme.key: Role.ANALYST}))
    assert "/api/v2/alerts/export" not in viewer.get("/alerts").text
    page = unescape(analyst.get("/alerts?device=web-1&page=2").text)
    assert "/api/v2/alerts/export?device=web-1&format=csv" in page
    path = opened(viewer)
    assert viewer.get(f"{path}/document").status_code == 403
    assert "Download" not in viewer.get(path).text
    raw = analyst.get(f"{path}/document")
    assert raw.content == b'{"n" : 0,  "title":"Login failed"}'
    assert raw.headers["content-disposition"].startswith("attachment")


def test_an_alert_shows_what_matters_every_field_and_the_document(site: Site) -> None:
    acme = site.tenant("Acme")
    source = connect(site, acme, "emea", now=utc_now())
    change(site, source, dashboard_url="https://wazuh.example")
    store(site, source, [document(1, at=utc_now())], now=utc_now())
    browser = site.operator()
    page = unescape(browser.get(opened(browser)).text)
    assert "<title>Login failed · LAMIS</title>" in page
    for said in ("web-1", "198.51.100.7", "root", "sshd", "5710", "doc-1", "Medium · level 5"):
        assert said in page
    assert '"title": "Login failed"' in page
    assert "2 fields" in page
    assert 'href="https://wazuh.example' in page
    assert f'href="/sources/{source}"' in page


def test_the_first_dashboards_address_leads_to_the_alert(site: Site) -> None:
    acme = site.tenant("Acme")
    source = connect(site, acme, "emea", now=utc_now())
    store(site, source, [document(1, at=utc_now())], now=utc_now())
    browser = site.operator()
    answer = browser.get(f"/alert/{source}/wazuh-alerts-4.x-2026.03.01/doc-1")
    assert answer.headers["location"] == opened(browser)
    assert browser.get(f"/alert/{source}/wazuh-alerts-4.x-2026.03.01/doc-2").status_code == 404


def odd(raw: bytes, **values: object) -> Incoming:
    fields = {"time_ms": to_ms(utc_now()), "title": "Odd"} | values
    return Incoming(index="wazuh-alerts-4.x", doc_id="odd", raw=raw, fields=Fields(**fields))


def test_an_unreadable_document_is_shown_as_it_came(site: Site) -> None:
    acme = site.tenant("Acme")
    source = connect(site, acme, "emea", now=utc_now())
    store(site, source, [odd(b"\xff{not json", unreadable="It is not JSON.")], now=utc_now())
    browser = site.operator()
    page = browser.get(opened(browser, "?from=2000-01-01"))
    assert page.status_code == 200
    assert "It is not JSON." in page.text
    assert "{not json" in page.text
    assert "Every field" not in page.text


def test_of_a_huge_document_the_beginning_is_shown_and_it_says_so(site: Site) -> None:
    acme = site.tenant("Acme")
    source = connect(site, acme, "emea", now=utc_now())
    raw = orjson.dumps({"log": "x" * 300_000})
    store(site, source, [odd(raw)], now=utc_now())
    browser = site.operator()
    path = opened(browser)
    assert "more characters; the download has all of it" in browser.get(path).text
    assert browser.get(f"{path}/document").content == raw


@pytest.mark.parametrize("name", ["x", "0" * 400, "%00", "..%2F..", HOSTILE.replace("/", "%2F")])
def test_an_address_that_is_none_is_not_found(site: Site, name: str) -> None:
    page = site.operator().get(f"/alerts/{name}")
    assert page.status_code == 404
    assert "<script>alert" not in page.text


def test_what_a_document_says_is_shown_and_never_run(site: Site) -> None:
    acme = site.tenant(HOSTILE)
    source = connect(site, acme, HOSTILE, now=utc_now())
    raw = orjson.dumps({HOSTILE: HOSTILE, "deep": {HOSTILE: [HOSTILE]}})
    names = ("title", "rule", "device", "device_ref", "manager", "user", "unreadable")
    store(site, source, [odd(raw, **dict.fromkeys(names, HOSTILE), groups=(HOSTILE,))], now=utc_now())
    browser = site.operator()
    path = opened(browser)
    for address in ("/", "/alerts", f"/alerts?device={HOSTILE}", path):
        page = browser.get(address).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


def test_words_are_refused_where_no_text_index_is_kept(database: Database) -> None:
    site = Site(make_runtime(database, text_index=False))
    browser = site.operator()
    page = browser.get("/alerts?q=login")
    assert page.status_code == 422
    assert "Text search is off here" in page.text
    assert "Text search is off here" in browser.get("/?q=login").text
