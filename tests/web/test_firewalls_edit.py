"""Adding, editing and removing a firewall."""

import re
from html import unescape

import pytest

from lamis.base.clock import utc_now
from lamis.base.scope import SYSTEM, Role
from lamis.blocking.actions import request_block
from lamis.blocking.networks import parse_network
from lamis.blocking.planning import Wish
from lamis.connections.endpoints import unseal
from lamis.connections.models import Connection
from tests.fakes.firewall import FakeFirewall
from tests.fakes.vendor import install
from tests.web.filled import change
from tests.web.protected import TYPED, add_firewall
from tests.web.site import Site

HOSTILE = '"><script>alert(1)</script>'
_KEPT = re.compile(r'name="kept" value="([^"]*)"')


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeFirewall:
    return install(monkeypatch)


def stored(site: Site) -> list[Connection]:
    with site.runtime.database.read() as session:
        return list(session.query(Connection).filter_by(removed_ms=None).order_by(Connection.name))


def secret_of(site: Site, row: Connection) -> str:
    return unseal(site.runtime.keys.vault, row.sealed).password


def kept_in(text: str) -> str:
    found = _KEPT.search(text)
    assert found
    return unescape(found[1])


def test_a_firewall_is_added_once_its_test_passes(site: Site, fake: FakeFirewall) -> None:
    acme = site.tenant("Acme")
    browser = site.operator()
    form = browser.get("/firewalls/add").text
    assert "Connect an OPNsense" in form
    assert 'value="LAMIS_block"' in form
    answer = browser.post("/firewalls/add", **TYPED, tenant=acme.id)
    (row,) = stored(site)
    assert answer.headers["location"] == f"/firewalls/{row.id}"
    assert "fw-3 is connected; its test passed." in browser.follow(answer).text
    assert (row.kind, secret_of(site, row), row.may_reach_private) == ("opnsense", TYPED["password"], True)
    assert fake.endpoints[0].username == "the-key"


def test_a_failed_test_saves_nothing_and_keeps_what_was_typed(site: Site, fake: FakeFirewall) -> None:
    site.tenant("Acme")
    fake.is_down = True
    page = site.operator().post("/firewalls/add", **TYPED | {"alias": "Ours", "may_create": "on"})
    assert page.status_code == 422
    assert "unreachable" in page.text
    for kept in (
        "fw-3",
        "https://192.0.2.30",
        "the-key",
        'value="Ours"',
        'name="may_create" value="on" checked',
    ):
        assert kept in page.text
    assert TYPED["password"] not in page.text
    assert "What you typed is kept" in page.text
    assert stored(site) == []


def test_the_secret_is_not_typed_twice(site: Site, fake: FakeFirewall) -> None:
    site.tenant("Acme")
    browser = site.operator()
    fake.is_down = True
    kept = kept_in(browser.post("/firewalls/add", **TYPED).text)
    fake.is_down = False
    assert browser.post("/firewalls/add", **TYPED | {"password": "", "kept": kept}).status_code == 303
    assert secret_of(site, stored(site)[0]) == TYPED["password"]


def test_what_is_missing_is_offered_to_be_made_and_made(site: Site, fake: FakeFirewall) -> None:
    site.tenant("Acme")
    browser = site.operator()
    fake.is_prepared = False
    page = browser.post("/firewalls/add", **TYPED)
    assert page.status_code == 422
    assert "alias_missing" in page.text
    assert "Make it, test and save" in page.text
    assert fake.is_prepared is False
    answer = browser.post(
        "/firewalls/add", **TYPED | {"password": "", "kept": kept_in(page.text), "do": "make"}
    )
    assert "fw-3 is connected; its test passed. The alias was made." in browser.follow(answer).text
    assert fake.is_prepared
    assert fake.options[-1].may_create


def test_only_testing_saves_and_makes_nothing(site: Site, fake: FakeFirewall) -> None:
    site.tenant("Acme")
    browser = site.operator()
    page = browser.post("/firewalls/add", **TYPED, do="test")
    assert page.status_code == 200
    assert "The fake firewall answers." in page.text
    fake.is_prepared = False
    page = browser.post("/firewalls/add", **TYPED, do="test", may_create="on")
    assert "LAMIS makes what is missing" in page.text
    assert "Make it, test and save" not in page.text
    assert fake.is_prepared is False
    assert stored(site) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"name": ""}, "Give the firewall a name."),
        ({"urls": ""}, "Give the address of the firewall"),
        ({"urls": "http://192.0.2.30"}, "reached by https only"),
        ({"username": ""}, "Give the API key."),
        ({"password": ""}, "Give the API secret"),
        ({"alias": "no-alias"}, "begins with a letter"),
        ({"alias": "virusprot"}, "belongs to the firewall itself"),
        ({"trust": "fingerprint", "fingerprint": "abc"}, "64 hexadecimal digits"),
        ({"proxy": "gopher://x"}, "aria-invalid"),
        ({"tenant": "unknown"}, "no such tenant"),
    ],
)
def test_what_cannot_be_used_is_named_at_its_field(
    site: Site, fake: FakeFirewall, values: dict[str, str], says: str
) -> None:
    site.tenant("Acme")
    page = site.operator().post("/firewalls/add", **TYPED | values)
    assert page.status_code in (404, 422)
    assert says in page.text
    assert "Connect an OPNsense" in page.text
    assert (stored(site), fake.opened) == ([], 0)


def test_an_admin_adds_to_own_tenants_only_and_reaches_no_private_network(
    site: Site, fake: FakeFirewall
) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    browser = site.signed_in(site.person("Adam", roles={acme.key: Role.ADMIN}))
    assert "Globex" not in browser.get("/firewalls/add").text
    assert browser.post("/firewalls/add", **TYPED, tenant=globex.id).status_code == 404
    assert fake.opened == 0
    assert browser.post("/firewalls/add", **TYPED, tenant=acme.id).status_code == 303
    assert fake.endpoints[0].may_reach_private is False


def test_an_admin_edits_what_an_operator_led_to_a_private_network(site: Site, fake: FakeFirewall) -> None:
    acme = site.tenant("Acme")
    firewall = add_firewall(site, acme)
    browser = site.signed_in(site.person("Adam", roles={acme.key: Role.ADMIN}))
    path = f"/firewalls/{firewall}/edit"
    assert browser.post(path, **TYPED | {"urls": "https://192.0.2.30", "alias": "Ours"}).status_code == 303
    assert fake.endpoints[-1].may_reach_private is True
    assert browser.post(path, **TYPED | {"urls": "https://192.0.2.30:8443"}).status_code == 303
    assert fake.endpoints[-1].may_reach_private is False


def test_an_edit_starts_from_what_is_stored_and_keeps_the_secret(site: Site, fake: FakeFirewall) -> None:
    firewall = add_firewall(site, site.tenant("Acme"), alias="Ours", may_create=True)
    browser = site.operator()
    page = browser.get(f"/firewalls/{firewall}/edit").text
    assert "<title>Edit fw-3 · LAMIS</title>" in page
    assert 'value="Ours"' in page
    assert 'name="may_create" value="on" checked' in page
    assert f'href="/firewalls/{firewall}/edit" aria-current="page"' in page
    assert "Blank keeps the stored one." in page
    assert "first-secret" not in page
    typed = TYPED | {"name": "fw-three", "password": "", "alias": "Other"}
    answer = browser.post(f"/firewalls/{firewall}/edit", **typed)
    assert "fw-three is saved; its test passed." in browser.follow(answer).text
    assert (stored(site)[0].name, secret_of(site, stored(site)[0])) == ("fw-three", "first-secret")
    assert (fake.options[-1].alias, fake.options[-1].may_create) == ("Other", False)


def test_an_edit_that_fails_changes_nothing_and_tells_what_another_alias_leaves(
    site: Site, fake: FakeFirewall
) -> None:
    firewall = add_firewall(site, site.tenant("Acme"))
    fake.is_down = True
    typed = TYPED | {"name": "other", "password": "", "alias": "Other"}
    page = site.operator().post(f"/firewalls/{firewall}/edit", **typed)
    assert page.status_code == 422
    assert "Edit fw-3</h1>" in page.text
    assert 'value="other"' in page.text
    assert "What was put into LAMIS_block stays there" in page.text
    assert stored(site)[0].name == "fw-3"


def test_another_host_needs_the_secret_again(site: Site, fake: FakeFirewall) -> None:
    firewall = add_firewall(site, site.tenant("Acme"))
    typed = TYPED | {"password": "", "urls": "https://198.51.100.7"}
    page = site.operator().post(f"/firewalls/{firewall}/edit", **typed)
    assert page.status_code == 422
    assert "enter the password again" in page.text
    assert fake.opened == 0


def test_a_lost_secret_is_said_on_the_form(site: Site) -> None:
    firewall = add_firewall(site, site.tenant("Acme"))
    change(site, firewall, sealed=None)
    form = site.operator().get(f"/firewalls/{firewall}/edit").text
    assert "Blank keeps the stored one." not in form


def test_removing_asks_and_names_what_stays_there(site: Site) -> None:
    acme = site.tenant("Acme")
    firewall = add_firewall(site, acme)
    browser = site.operator()
    assert "No block of LAMIS stands there." in browser.get(f"/firewalls/{firewall}/delete").text
    wish = Wish(parse_network("203.0.113.9"), "Brute force")
    settings = site.runtime.settings
    with site.runtime.database.write() as session:
        request_block(session, SYSTEM, wish, tenant_key=acme.key, settings=settings, now=utc_now())
    for path in (f"/firewalls/{firewall}", f"/firewalls/{firewall}/delete"):
        page = browser.get(path).text
        assert "Delete fw-3?" in page
        assert "<b>1</b> block stands there" in page
    answer = browser.post(f"/firewalls/{firewall}/delete")
    assert "fw-3 is removed; what it drops stays there as it is." in browser.follow(answer).text
    assert stored(site) == []
    assert browser.get(f"/firewalls/{firewall}").status_code == 404


def test_what_was_typed_is_shown_and_never_run(site: Site, fake: FakeFirewall) -> None:
    site.tenant("Acme")
    fields = ("name", "urls", "username", "ca_pem", "fingerprint", "proxy", "alias")
    page = site.operator().post("/firewalls/add", **dict.fromkeys(fields, HOSTILE)).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_another_word_for_adding_leads_there(site: Site) -> None:
    assert site.operator().get("/firewalls/new").headers["location"] == "/firewalls/add"
