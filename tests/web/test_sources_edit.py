"""Adding, editing and removing a source."""

import re
from html import unescape

import pytest

from lamis.base.clock import utc_now
from lamis.base.scope import EVERYTHING, Role
from lamis.connections import queries
from lamis.connections.endpoints import unseal
from lamis.connections.models import Connection
from lamis.simulators.local import LocalIndexer
from lamis.web import first_run
from tests.api.filled import connect, fill
from tests.web.filled import add_source, change, typed
from tests.web.site import Site

HOSTILE = '"><script>alert(1)</script>'
_KEPT = re.compile(r'name="kept" value="([^"]*)"')


def stored(site: Site) -> list[Connection]:
    with site.runtime.database.read() as session:
        return list(session.query(Connection).filter_by(removed_ms=None).order_by(Connection.name))


def password_of(site: Site, row: Connection) -> str:
    return unseal(site.runtime.keys.vault, row.sealed).password


def test_a_source_is_added_once_its_test_passes(site: Site, indexer: LocalIndexer) -> None:
    acme = site.tenant("Acme")
    browser = site.operator()
    assert "Connect a Wazuh indexer" in browser.get("/sources/add").text
    answer = browser.post("/sources/add", **typed(indexer, "emea", tenant=acme.id))
    (row,) = stored(site)
    assert answer.headers["location"] == f"/sources/{row.id}"
    assert "emea is connected" in browser.follow(answer).text
    assert (row.trust_mode, password_of(site, row)) == ("ca", indexer.password)


def test_the_first_source_leads_to_the_overview(site: Site, indexer: LocalIndexer) -> None:
    acme = site.tenant("Acme")
    browser = site.operator()
    page = browser.get("/sources/add?first=1").text
    assert 'name="first" value="1"' in page
    assert 'aria-label="Steps"' in page
    answer = browser.post("/sources/add", **typed(indexer, "emea", tenant=acme.id, first="1"))
    assert answer.headers["location"] == "/"


def test_a_failed_test_saves_nothing_and_keeps_what_was_typed(site: Site, indexer: LocalIndexer) -> None:
    site.tenant("Acme")
    browser = site.operator()
    values = typed(indexer, "emea", password="wrong password", index_pattern="mine-*", poll_s="33")
    page = browser.post("/sources/add", **values)
    assert page.status_code == 422
    assert "auth_failed" in page.text
    for kept in ("emea", indexer.url, "mine-*", 'value="33"', "BEGIN CERTIFICATE"):
        assert kept in page.text
    assert "wrong password" not in page.text
    assert "What you typed is kept" in page.text
    assert stored(site) == []


def test_only_testing_saves_nothing(site: Site, indexer: LocalIndexer) -> None:
    site.tenant("Acme")
    page = site.operator().post("/sources/add", **typed(indexer, "emea", do="test"))
    assert page.status_code == 200
    assert "Wazuh 4.x, 1 document" in page.text
    assert stored(site) == []


def test_an_untrusted_certificate_is_shown_and_pinned_without_typing_the_password_again(
    site: Site, indexer: LocalIndexer
) -> None:
    site.tenant("Acme")
    browser = site.operator()
    values = typed(indexer, "emea", trust="system", ca_pem="")
    page = browser.post("/sources/add", **values)
    assert page.status_code == 422
    assert "tls_not_trusted" in page.text
    assert f'value="{indexer.fingerprint}"' in page.text
    assert "localhost" in page.text
    assert indexer.password not in page.text
    found = _KEPT.search(page.text)
    assert found
    again = values | {"password": "", "kept": unescape(found[1]), "pin": indexer.fingerprint}
    assert browser.post("/sources/add", **again).status_code == 303
    (row,) = stored(site)
    assert (row.trust_mode, row.fingerprint) == ("fingerprint", indexer.fingerprint)
    assert password_of(site, row) == indexer.password


def test_a_password_kept_for_one_person_is_nothing_to_another(site: Site, indexer: LocalIndexer) -> None:
    site.tenant("Acme")
    values = typed(indexer, "emea", trust="system", ca_pem="")
    found = _KEPT.search(site.operator().post("/sources/add", **values).text)
    assert found
    other = site.operator("Petra")
    page = other.post(
        "/sources/add", **typed(indexer, "emea", password="", kept=unescape(found[1]), do="test")
    )
    assert "auth_failed" in page.text
    assert other.post("/sources/add", **typed(indexer, "e", kept="nonsense", do="test")).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"name": ""}, "Give the source a name."),
        ({"urls": ""}, "Give the address of the indexer"),
        ({"urls": "ftp://192.0.2.1"}, "aria-invalid"),
        ({"poll_s": "often"}, "aria-invalid"),
        ({"trust": "fingerprint", "fingerprint": "abc"}, "aria-invalid"),
        ({"ca_pem": "nothing"}, "aria-invalid"),
        ({"proxy": "gopher://x"}, "aria-invalid"),
        ({"backfill": "never"}, "backfill"),
        ({"trust": "magic"}, "trust"),
        ({"tenant": "unknown"}, "no such tenant"),
    ],
)
def test_what_cannot_be_used_is_named_at_its_field(
    site: Site, indexer: LocalIndexer, values: dict[str, str], says: str
) -> None:
    site.tenant("Acme")
    page = site.operator().post("/sources/add", **typed(indexer, "emea") | values)
    assert page.status_code in (404, 422)
    assert says in page.text
    assert "Connect a Wazuh indexer" in page.text
    assert stored(site) == []


def test_an_admin_adds_to_own_tenants_only(site: Site, indexer: LocalIndexer) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    browser = site.signed_in(site.person("Adam", roles={acme.key: Role.ADMIN}))
    assert "Globex" not in browser.get("/sources/add").text
    refused = browser.post("/sources/add", **typed(indexer, "emea", tenant=globex.id))
    assert refused.status_code == 404
    private = browser.post("/sources/add", **typed(indexer, "emea", tenant=acme.id))
    assert "address_not_allowed" in private.text
    assert stored(site) == []


def test_an_admin_edits_what_an_operator_led_to_a_private_address(site: Site, indexer: LocalIndexer) -> None:
    source = add_source(site, indexer, "emea")
    (row,) = stored(site)
    browser = site.signed_in(site.person("Adam", roles={row.tenant_key: Role.ADMIN}))
    path, blank = f"/sources/{source}/edit", typed(indexer, "emea", password="", poll_s="30")
    assert browser.post(path, **blank).status_code == 303
    moved = browser.post(path, **blank | {"urls": "https://127.0.0.1:9"})
    assert "address_not_allowed" in moved.text
    (row,) = stored(site)
    assert (row.poll_s, row.urls, row.may_reach_private) == (30, [indexer.url], True)


def test_with_several_tenants_one_must_be_chosen(site: Site, indexer: LocalIndexer) -> None:
    site.tenant("Acme"), site.tenant("Globex")
    page = site.operator().post("/sources/add", **typed(indexer, "emea"))
    assert page.status_code == 422
    assert "Name the tenant" in page.text


def test_an_edit_says_which_source_and_marks_it_among_the_others(site: Site, indexer: LocalIndexer) -> None:
    source = add_source(site, indexer, "emea")
    other = connect(site, site.tenant("Globex"), "branch", now=utc_now())
    page = site.operator().get(f"/sources/{source}/edit").text
    assert "<title>Edit emea · LAMIS</title>" in page
    assert "Edit emea</h1>" in page
    assert f'href="/sources/{source}/edit" aria-current="page"' in page
    assert f'href="/sources/{other}/edit"' in page
    assert f'href="/sources/{source}"><span>Cancel' in page
    assert "Blank keeps the stored one." in page
    assert indexer.password not in page


def test_a_blank_password_keeps_the_stored_one(site: Site, indexer: LocalIndexer) -> None:
    source = add_source(site, indexer, "emea")
    browser = site.operator()
    answer = browser.post(f"/sources/{source}/edit", **typed(indexer, "emea 2", password="", poll_s="30"))
    assert "emea 2 is saved" in browser.follow(answer).text
    (row,) = stored(site)
    assert (row.name, row.poll_s, password_of(site, row)) == ("emea 2", 30, indexer.password)


def test_an_edit_tests_what_was_typed_and_changes_nothing_when_it_fails(
    site: Site, indexer: LocalIndexer
) -> None:
    source = add_source(site, indexer, "emea")
    browser = site.operator()
    page = browser.post(f"/sources/{source}/edit", **typed(indexer, "other", password="wrong"))
    assert page.status_code == 422
    assert "auth_failed" in page.text
    assert "Edit emea</h1>" in page.text
    assert 'value="other"' in page.text
    (row,) = stored(site)
    assert (row.name, password_of(site, row)) == ("emea", indexer.password)
    tested = browser.post(f"/sources/{source}/edit", **typed(indexer, "other", password="", do="test"))
    assert tested.status_code == 200
    assert stored(site)[0].name == "emea"


def test_a_name_in_use_is_said_on_the_form(site: Site, indexer: LocalIndexer) -> None:
    add_source(site, indexer, "emea")
    page = site.operator().post("/sources/add", **typed(indexer, "emea"))
    assert page.status_code in (409, 422)
    assert "Connect a Wazuh indexer" in page.text
    assert len(stored(site)) == 1


def test_a_lost_secret_is_asked_for_again(site: Site, indexer: LocalIndexer) -> None:
    source = add_source(site, indexer, "emea")
    change(site, source, sealed="of another installation")
    browser = site.operator()
    blank = browser.post(f"/sources/{source}/edit", **typed(indexer, "emea", password=""))
    assert blank.status_code == 422
    assert "secret_unreadable" in blank.text
    again = browser.post(f"/sources/{source}/edit", **typed(indexer, "emea"))
    assert again.status_code == 303
    assert password_of(site, stored(site)[0]) == indexer.password


def test_deleting_asks_and_names_the_source_and_its_alerts(site: Site) -> None:
    acme = site.tenant("Acme")
    source = connect(site, acme, "emea", now=utc_now())
    fill(site, source, 3, now=utc_now())
    browser = site.operator()
    for path in (f"/sources/{source}/delete", f"/sources/{source}"):
        page = browser.get(path).text
        assert "Delete emea?" in page
        assert "<b>3</b> alerts stay" in page
    wrong = browser.post(f"/sources/{source}/delete", erase="yes")
    assert wrong.status_code == 422
    assert "Type erase" in wrong.text
    answer = browser.post(f"/sources/{source}/delete")
    page = browser.follow(answer).text
    assert "emea is removed; its alerts stay, labelled." in page
    assert stored(site) == []
    kept = browser.get("/alerts").text
    assert kept.count('class="open"') == 3
    assert "removed" in kept
    assert browser.get(f"/sources/{source}").status_code == 404


def test_erase_typed_lets_the_alerts_go(site: Site) -> None:
    acme = site.tenant("Acme")
    source = connect(site, acme, "emea", now=utc_now())
    browser = site.operator()
    answer = browser.post(f"/sources/{source}/delete", erase=" Erase ")
    assert "its alerts are being erased" in browser.follow(answer).text
    with site.runtime.database.read() as session:
        assert queries.sources(session, EVERYTHING, now=utc_now()) == []


def test_what_was_typed_is_shown_and_never_run(site: Site) -> None:
    site.tenant("Acme")
    fields = ("name", "urls", "username", "ca_pem", "fingerprint", "proxy", "index_pattern", "dashboard_url")
    page = site.operator().post("/sources/add", **dict.fromkeys(fields, HOSTILE)).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_another_word_for_adding_leads_there(site: Site) -> None:
    assert site.operator().get("/sources/new").headers["location"] == "/sources/add"


def test_removing_the_only_source_does_not_begin_the_first_run_again(site: Site) -> None:
    acme = site.tenant("Acme")
    source = connect(site, acme, "emea", now=utc_now())
    with site.runtime.database.write() as session:
        first_run.ask_for_source(session)
    browser = site.operator()
    browser.post(f"/sources/{source}/delete")
    assert browser.get("/alerts").status_code == 200
