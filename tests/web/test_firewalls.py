"""The firewalls pages: the list, and one firewall with its health."""

from datetime import timedelta

import pytest

from lamis.base.clock import utc_now
from lamis.base.scope import EVERYTHING, Role
from lamis.connections.firewalls import firewall_compared, firewall_seen
from lamis.connections.queries import firewall_row
from tests.api.filled import connect
from tests.fakes.firewall import FakeFirewall
from tests.fakes.vendor import install
from tests.web.filled import change
from tests.web.protected import add_firewall
from tests.web.site import Site, unmasked

HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeFirewall:
    return install(monkeypatch)


def fail(site: Site, firewall: str, sentence: str = "192.0.2.30 refuses the key.", *, times: int = 1) -> None:
    with site.runtime.database.write() as session:
        key = firewall_row(session, EVERYTHING, firewall).key
        for _ in range(times):
            firewall_seen(session, key, code="auth_failed", error=sentence, now=utc_now())


def test_strangers_are_led_to_the_sign_in(site: Site) -> None:
    site.person("Olga", is_operator=True)
    for path in ("/firewalls", "/firewalls/x", "/firewalls/add", "/firewalls/x/edit", "/firewalls/x/delete"):
        assert site.stranger().get(path).headers["location"].startswith("/sign-in?next=")


def test_the_empty_list_offers_the_first_to_those_who_may(site: Site) -> None:
    acme = site.tenant("Acme")
    assert 'href="/firewalls/add"' in site.operator().get("/firewalls").text
    viewer = site.signed_in(site.person("Vera", roles={acme.key: Role.VIEWER})).get("/firewalls").text
    assert "/firewalls/add" not in viewer
    assert "Ask an admin" in viewer


def test_the_list_is_by_name_and_tells_how_each_fares(site: Site) -> None:
    acme = site.tenant("Acme")
    good = add_firewall(site, acme, name="zulu", url="https://192.0.2.31")
    bad = add_firewall(site, acme, name="Bravo", alias="Ours")
    connect(site, acme, "emea", now=utc_now())
    fail(site, bad, times=4)
    with site.runtime.database.write() as session:
        key = firewall_row(session, EVERYTHING, good).key
        firewall_compared(session, key, entries=1048, drift=2, now=utc_now())
    page = site.operator().get("/firewalls").text
    assert "<title>Firewalls · LAMIS</title>" in page
    assert "1 of 2 active is well" in page
    assert page.index(">Bravo<") < page.index(">zulu<")
    assert "192.0.2.30 refuses the key." in page
    assert "Enter API key and secret again" in page
    assert "4 failures in a row." in page
    assert ">1,048<" in page
    assert "<b>2</b>" in page
    assert ">emea<" not in page


def test_a_firewall_tells_its_own_addresses_and_no_secret(site: Site) -> None:
    firewall = add_firewall(site, site.tenant("Acme"), username="K" * 80)
    page = site.operator().get(f"/firewalls/{firewall}").text
    assert "<title>fw-3 · LAMIS</title>" in page
    assert ">198.51.100.1<" in page
    assert "K" * 13 not in page
    assert f'href="/blocking?firewall={firewall}"><span>0 blocks stand here' in page
    assert "first-secret" not in page


def test_sources_and_their_numbers_know_nothing_of_firewalls(site: Site) -> None:
    acme = site.tenant("Acme")
    firewall = add_firewall(site, acme)
    fail(site, firewall)
    browser = site.operator()
    assert "fw-3" not in browser.get("/sources").text.split("<main")[1].split("</h1>")[1]
    assert browser.get(f"/sources/{firewall}").status_code == 404
    for verb in ("test", "refresh", "active", "accept-identity", "edit", "delete"):
        if verb in ("edit", "delete"):
            assert browser.get(f"/sources/{firewall}/{verb}").status_code == 404
        assert browser.post(f"/sources/{firewall}/{verb}").status_code == 404, verb
    source = connect(site, acme, "emea", now=utc_now())
    assert browser.get(f"/firewalls/{source}").status_code == 404
    assert browser.post(f"/firewalls/{source}/active").status_code == 404
    assert browser.post(f"/firewalls/{source}/delete").status_code == 404
    assert "1 of 1 active is well" in browser.get("/sources").text
    assert browser.get("/refresh/state").json()["tried_at"].keys() == {source}


def test_a_viewer_sees_firewalls_and_has_no_buttons(site: Site, fake: FakeFirewall) -> None:
    acme = site.tenant("Acme")
    firewall = add_firewall(site, acme)
    browser = site.signed_in(site.person("Vera", roles={acme.key: Role.VIEWER}))
    for path in ("/firewalls", f"/firewalls/{firewall}"):
        page = browser.get(path).text
        assert "fw-3" in page
        for word in ("Test", "Edit", "Pause", "Delete"):
            assert f"<span>{word}</span>" not in page
    for verb in ("test", "active", "edit", "delete"):
        assert browser.post(f"/firewalls/{firewall}/{verb}").status_code == 403, verb
    assert browser.post("/firewalls/add").status_code == 403
    for path in ("/firewalls/add", f"/firewalls/{firewall}/edit", f"/firewalls/{firewall}/delete"):
        assert browser.get(path).status_code == 403
    assert fake.calls == []


def test_an_analyst_may_test_and_nothing_else(site: Site, fake: FakeFirewall) -> None:
    acme = site.tenant("Acme")
    firewall = add_firewall(site, acme)
    browser = site.signed_in(site.person("Nils", roles={acme.key: Role.ANALYST}))
    assert browser.post(f"/firewalls/{firewall}/test").status_code == 200
    assert next(name for name, _ in fake.calls) == "test"
    assert browser.post(f"/firewalls/{firewall}/edit").status_code == 403


def test_a_firewall_of_another_tenant_is_not_found(site: Site) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    hidden = add_firewall(site, globex, name="globex-fw")
    fail(site, hidden)
    browser = site.signed_in(site.person("Adam", roles={acme.key: Role.ADMIN}))
    assert "globex-fw" not in browser.get("/firewalls").text
    assert "globex-fw" not in browser.get("/").text
    unknown, foreign = browser.get("/firewalls/unknown"), browser.get(f"/firewalls/{hidden}")
    assert (unknown.status_code, foreign.status_code) == (404, 404)
    assert unmasked(unknown).replace("unknown", "") == unmasked(foreign).replace(hidden, "")
    for verb in ("test", "active", "edit", "delete"):
        assert browser.post(f"/firewalls/{hidden}/{verb}", name="x").status_code == 404, verb


def test_every_write_needs_the_form_of_a_page(site: Site) -> None:
    firewall = add_firewall(site, site.tenant("Acme"))
    browser = site.operator()
    for path in (
        "/firewalls/add",
        *(f"/firewalls/{firewall}/{verb}" for verb in ("test", "active", "edit", "delete")),
    ):
        assert browser.post(path, False, name="x").status_code == 403, path


def test_a_test_is_kept_as_its_health_and_makes_nothing(site: Site, fake: FakeFirewall) -> None:
    firewall = add_firewall(site, site.tenant("Acme"), may_create=True)
    browser = site.operator()
    fake.is_prepared = False
    page = browser.post(f"/firewalls/{firewall}/test")
    assert page.status_code == 200
    assert "alias_missing" in page.text
    assert "The alias is missing." in browser.get("/firewalls").text
    assert fake.is_prepared is False
    fake.is_prepared = True
    assert "The fake firewall answers." in browser.post(f"/firewalls/{firewall}/test").text
    assert "1 of 1 active is well" in browser.get("/firewalls").text
    assert browser.get(f"/firewalls/{firewall}/test").headers["location"] == f"/firewalls/{firewall}"


def test_pause_and_resume_answer_by_name(site: Site) -> None:
    firewall = add_firewall(site, site.tenant("Acme"))
    browser = site.operator()
    paused = browser.follow(browser.post(f"/firewalls/{firewall}/active"))
    assert "fw-3 is paused; what it drops stays as it is." in paused.text
    assert "nothing is blocked or lifted there" in paused.text
    resumed = browser.follow(browser.post(f"/firewalls/{firewall}/active", is_active="on"))
    assert "fw-3 is told again what to drop" in resumed.text


def test_every_page_says_that_a_firewall_fails_except_its_own(site: Site) -> None:
    acme = site.tenant("Acme")
    browser = site.operator()
    one = add_firewall(site, acme)
    assert "fails:" not in browser.get("/alerts").text
    fail(site, one)
    page = browser.get("/alerts").text
    assert "<b>fw-3</b> fails: 192.0.2.30 refuses the key. What is to be blocked there waits." in page
    assert f'href="/firewalls/{one}"' in page
    assert "What is to be blocked there waits" not in browser.get(f"/firewalls/{one}").text
    fail(site, add_firewall(site, acme, name="fw-4", url="https://192.0.2.31"))
    assert "<b>2 firewalls</b> fail (fw-3, fw-4)." in browser.get("/alerts").text
    viewer = site.signed_in(site.person("Vera", roles={acme.key: Role.VIEWER}))
    assert "<b>2 firewalls</b>" in viewer.get("/alerts").text


def test_one_that_nobody_checks_any_more_fails(site: Site) -> None:
    firewall = add_firewall(site, site.tenant("Acme"))
    long_ago = int((utc_now() - timedelta(hours=2)).timestamp() * 1000)
    change(site, firewall, last_good_ms=long_ago)
    assert "Check that the workers of LAMIS run." in site.operator().get("/firewalls").text


def test_names_and_sentences_are_shown_and_never_run(site: Site) -> None:
    firewall = add_firewall(site, site.tenant("Acme"), name=HOSTILE)
    fail(site, firewall, HOSTILE)
    browser = site.operator()
    for path in ("/alerts", "/firewalls", f"/firewalls/{firewall}", f"/firewalls/{firewall}/edit"):
        assert "<script>alert" not in browser.get(path).text
