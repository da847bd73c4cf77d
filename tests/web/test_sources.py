"""The sources pages: the list, one source with its ledger, and what is done there."""

from datetime import timedelta

import pytest

from lamis.base.clock import to_ms, utc_now
from lamis.base.scope import Role
from lamis.connections.models import Connection
from lamis.simulators.local import LocalIndexer
from tests.api.filled import connect
from tests.web.filled import add_source, change
from tests.web.site import Site, unmasked

HOSTILE = '"><script>alert(1)</script>'


def test_strangers_are_led_to_the_sign_in(site: Site) -> None:
    site.person("Olga", is_operator=True)
    for path in ("/sources", "/sources/x", "/sources/add", "/sources/import", "/sources/x/edit"):
        assert site.stranger().get(path).headers["location"].startswith("/sign-in?next=")


def test_the_empty_list_offers_the_first_to_those_who_may(site: Site) -> None:
    acme = site.tenant("Acme")
    assert 'href="/sources/add"' in site.operator().get("/sources").text
    viewer = site.signed_in(site.person("Vera", roles={acme.key: Role.VIEWER})).get("/sources").text
    assert "/sources/add" not in viewer
    assert "Ask an admin" in viewer


def test_the_list_is_by_name_and_tells_how_each_fares(site: Site) -> None:
    acme = site.tenant("Acme")
    connect(site, acme, "zulu", now=utc_now())
    bad = connect(site, acme, "Bravo", now=utc_now())
    connect(site, acme, "alpha", now=utc_now(), is_active=False)
    change(site, bad, error_code="auth_failed", error_text="192.0.2.10 refuses the password.", failures=4)
    page = site.operator().get("/sources").text
    assert "<title>Sources · LAMIS</title>" in page
    assert "1 of 2 active is well" in page
    assert page.index(">alpha<") < page.index(">Bravo<") < page.index(">zulu<")
    assert "192.0.2.10 refuses the password." in page
    assert "Enter the user name and password again" in page
    assert "4 failures in a row." in page
    assert "paused" in page


def test_a_viewer_sees_and_refreshes_sources_and_changes_nothing(site: Site) -> None:
    acme = site.tenant("Acme")
    source = connect(site, acme, "emea", now=utc_now())
    browser = site.signed_in(site.person("Vera", roles={acme.key: Role.VIEWER}))
    for path in ("/sources", f"/sources/{source}"):
        page = browser.get(path)
        assert "emea" in page.text
        for word in ("Test", "Edit", "Pause", "Delete", "Read again"):
            assert f"<span>{word}</span>" not in page.text
    assert browser.post(f"/sources/{source}/refresh").status_code == 303
    for verb in ("test", "active", "accept-identity", "edit", "delete"):
        assert browser.post(f"/sources/{source}/{verb}").status_code == 403, verb
    reread = browser.post(f"/sources/{source}/reread", from_ms="0", to_ms="3600000")
    assert reread.status_code == 403
    for path in ("/sources/add", "/sources/import", f"/sources/{source}/edit", f"/sources/{source}/delete"):
        assert browser.get(path).status_code == 403


def test_a_source_of_another_tenant_is_not_found(site: Site) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    hidden = connect(site, globex, "globex-source", now=utc_now())
    browser = site.signed_in(site.person("Adam", roles={acme.key: Role.ADMIN}))
    assert "globex-source" not in browser.get("/sources").text
    unknown = browser.get("/sources/unknown")
    foreign = browser.get(f"/sources/{hidden}")
    assert (unknown.status_code, foreign.status_code) == (404, 404)
    assert unmasked(unknown).replace("unknown", "") == unmasked(foreign).replace(hidden, "")
    for verb in ("edit", "delete"):
        assert browser.get(f"/sources/{hidden}/{verb}").status_code == 404
    for verb in ("test", "refresh", "active", "accept-identity", "edit", "delete"):
        assert browser.post(f"/sources/{hidden}/{verb}", name="x").status_code == 404, verb
    reread = browser.post(f"/sources/{hidden}/reread", from_ms="0", to_ms="3600000")
    assert reread.status_code == 404


def test_every_write_needs_the_form_of_a_page(site: Site) -> None:
    acme = site.tenant("Acme")
    source = connect(site, acme, "emea", now=utc_now())
    browser = site.operator()
    paths = [
        f"/sources/{source}/{verb}" for verb in ("test", "refresh", "active", "edit", "delete", "reread")
    ]
    for path in ("/sources/add", "/sources/import", *paths):
        assert browser.post(path, False, name="x").status_code == 403, path


def test_a_source_is_tested_as_it_is_stored(site: Site, indexer: LocalIndexer) -> None:
    source = add_source(site, indexer, "emea")
    browser = site.operator()
    page = browser.post(f"/sources/{source}/test")
    assert page.status_code == 200
    assert "answers: Wazuh 4.x, 1 document." in page.text
    assert indexer.fingerprint in page.text
    assert browser.get(f"/sources/{source}/test").headers["location"] == f"/sources/{source}"


def test_a_test_of_a_source_whose_secret_is_lost_says_so(site: Site, indexer: LocalIndexer) -> None:
    source = add_source(site, indexer, "emea")
    change(site, source, sealed="not ours")
    browser = site.operator()
    page = browser.post(f"/sources/{source}/test").text
    assert "cannot be decrypted" in page
    assert "secret_unreadable" in page
    form = browser.get(f"/sources/{source}/edit").text
    assert "cannot be decrypted" in form
    assert "Blank keeps the stored one." not in form


def test_refresh_pause_and_resume_answer_by_name(site: Site) -> None:
    acme = site.tenant("Acme")
    source = connect(site, acme, "emea", now=utc_now())
    browser = site.operator()
    path = f"/sources/{source}"
    assert "emea is being read now." in browser.follow(browser.post(f"{path}/refresh")).text
    paused = browser.follow(browser.post(f"{path}/active")).text
    assert "emea is paused" in paused
    assert "Resume" in paused
    assert "emea is collected again" in browser.follow(browser.post(f"{path}/active", is_active="on")).text


def test_the_ledger_shows_hours_and_reads_a_gap_again(site: Site, indexer: LocalIndexer) -> None:
    source = add_source(site, indexer, "emea")
    browser = site.operator()
    page = browser.get(f"/sources/{source}").text
    assert "Completeness by hour" in page
    assert "being read" in page
    assert "Older documents than" in page
    until = to_ms(utc_now())
    answer = browser.post(f"/sources/{source}/reread", from_ms=str(until - 3_600_000), to_ms=str(until))
    assert "counted and read again now." in browser.follow(answer).text


@pytest.mark.parametrize(
    ("since", "until"), [("", ""), ("x", "1"), ("9" * 400, "1"), ("1", "9" * 30), ("3600000", "0")]
)
def test_a_gap_that_is_none_is_refused(site: Site, since: str, until: str) -> None:
    acme = site.tenant("Acme")
    source = connect(site, acme, "emea", now=utc_now())
    answer = site.operator().post(f"/sources/{source}/reread", from_ms=since, to_ms=until)
    assert answer.status_code == 422


def test_another_deployment_at_the_address_is_asked_about(site: Site) -> None:
    acme = site.tenant("Acme")
    source = connect(site, acme, "emea", now=utc_now())
    change(site, source, is_identity_in_doubt=True, error_text="Another cluster answers.")
    browser = site.operator()
    assert "Accept what answers now" in browser.get(f"/sources/{source}").text
    answer = browser.post(f"/sources/{source}/accept-identity")
    assert "emea is accepted" in browser.follow(answer).text
    with site.runtime.database.read() as session:
        assert not session.query(Connection).filter_by(id=source).one().is_identity_in_doubt


def test_the_tenant_switch_narrows_the_list(site: Site) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    connect(site, acme, "of-acme", now=utc_now())
    connect(site, globex, "of-globex", now=utc_now() - timedelta(hours=1))
    browser = site.operator()
    page = browser.get(f"/sources?tenant={acme.id}").text
    assert "of-acme" in page
    assert "of-globex" not in page


def test_a_hostile_source_is_shown_and_never_run(site: Site) -> None:
    acme = site.tenant("Acme")
    source = connect(site, acme, HOSTILE, now=utc_now())
    change(site, source, error_code="unknown", error_text=HOSTILE, username=HOSTILE, index_pattern=HOSTILE)
    browser = site.operator()
    for path in ("", f"/{source}", f"/{source}/edit", f"/{source}/delete"):
        page = browser.get(f"/sources{path}").text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
