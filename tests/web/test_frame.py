"""The frame around each page."""

from lamis.base.clock import utc_now
from lamis.base.scope import Role
from tests.api.filled import connect
from tests.web.filled import change
from tests.web.protected import add_firewall
from tests.web.site import Site


def test_the_navigation_shows_only_the_rooms_one_may_enter(site: Site) -> None:
    acme = site.tenant("Acme")
    viewer = site.signed_in(site.person("Vera", roles={acme.key: Role.VIEWER})).get("/account").text
    admin = site.signed_in(site.person("Adam", roles={acme.key: Role.ADMIN})).get("/account").text
    operator = site.operator().get("/account").text
    for text, people, tenants in ((viewer, False, False), (admin, True, False), (operator, True, True)):
        assert ('href="/people"' in text) is people
        assert ('href="/tenants"' in text) is tenants


def test_the_tenant_switch_holds_what_the_person_may_see(site: Site) -> None:
    acme, globex, hidden = site.tenant("Acme"), site.tenant("Globex"), site.tenant("Hidden")
    roles = {acme.key: Role.VIEWER, globex.key: Role.VIEWER}
    page = site.signed_in(site.person("Vera", roles=roles)).get("/account").text
    assert f'value="{acme.id}"' in page
    assert f'value="{globex.id}"' in page
    assert hidden.id not in page


def test_with_one_tenant_there_is_nothing_to_switch(site: Site) -> None:
    acme = site.tenant("Acme")
    page = site.signed_in(site.person("Vera", roles={acme.key: Role.VIEWER})).get("/account").text
    assert 'action="/tenant"' not in page


def test_the_navigation_counts_the_sources_that_are_not_well(site: Site) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    for number in range(2):
        change(site, connect(site, globex, f"bad-{number}", now=utc_now()), error_code="timeout")
    change(site, connect(site, globex, "paused", now=utc_now(), is_active=False), error_code="timeout")
    connect(site, acme, "good", now=utc_now())
    badge = '<span class="badge critical">2</span>'
    operator = site.operator()
    for path in ("/", "/alerts", "/sources", "/people", "/account"):
        assert badge in operator.get(path).text
    viewer = site.signed_in(site.person("Vera", roles={acme.key: Role.VIEWER}))
    assert "badge critical" not in viewer.get("/").text


def test_firewalls_that_fail_are_counted_beside_their_room_and_not_with_the_sources(site: Site) -> None:
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    change(site, add_firewall(site, globex), error_code="timeout", error_text="Slow.")
    paused = add_firewall(site, globex, name="paused", url="https://192.0.2.31")
    change(site, paused, error_code="timeout", is_active=False)
    page = site.operator().get("/account").text
    assert page.count('class="badge critical">1<') == 1
    assert page.index('href="/firewalls"') < page.index('class="badge critical">1<')
    assert "<b>fw-3</b> fails: Slow." in page
    viewer = site.signed_in(site.person("Vera", roles={acme.key: Role.VIEWER}))
    assert "fails:" not in viewer.get("/account").text
