"""The list of incidents and one of them."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from lamis.base.clock import utc_now
from lamis.base.scope import EVERYTHING, Role
from lamis.incidents import queries
from lamis.incidents.types import IncidentFilter, IncidentRow, State
from lamis.tenants.types import TenantInfo
from tests.api.filled import connect, document, store
from tests.web.site import Site

HOSTILE = '"><script>alert(1)</script>'


def filled(
    site: Site, *titles: str, tenant: str = "Acme", now: datetime | None = None
) -> tuple[TenantInfo, list[IncidentRow]]:
    """A tenant with an incident for each title, the second critical; all incidents by number."""
    owner, now = site.tenant(tenant), now or utc_now()
    source = connect(site, owner, f"{tenant} source", now=now)
    for number, title in enumerate(titles):
        level = 12 if number == 1 else 8
        one = document(number, at=now - timedelta(minutes=9), level=level, title=title)
        fields = replace(one.fields, rule=str(number))
        store(site, source, [replace(one, fields=fields)], now=now)
    return owner, all_of(site)


def all_of(site: Site) -> list[IncidentRow]:
    with site.runtime.database.read() as session:
        wanted = IncidentFilter(states=frozenset(State))
        found = queries.page(session, EVERYTHING, wanted, now=utc_now(), limit=500).incidents
    return sorted(found, key=lambda row: row.number)


def test_strangers_are_led_to_the_sign_in(site: Site) -> None:
    site.person("Olga", is_operator=True)
    for path in ("/incidents", "/incidents/x", "/incidents/x/close"):
        assert site.stranger().get(path).headers["location"].startswith("/sign-in?next=")


def test_the_list_shows_what_waits(site: Site) -> None:
    filled(site, "Brute force", "Web scan")
    page = site.operator().get("/incidents").text
    assert "<title>Incidents · LAMIS</title>" in page
    assert '<a href="/incidents" title="Incidents" aria-current="page">' in page
    assert ">2 match<" in page
    assert page.index("Web scan") < page.index("Brute force")
    assert "#1</td>" in page
    assert 'data-refresh-s="60"' in page


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("severity=critical", ["Web scan"]),
        ("q=brute", ["Brute force"]),
        ("q=%232", ["Web scan"]),
        ("q=nothing", []),
        ("state=closed", []),
        ("state=all", ["Brute force", "Web scan"]),
        ("assignee=me", []),
        ("assignee=nobody", ["Brute force", "Web scan"]),
        ("tenant=all", ["Brute force", "Web scan"]),
    ],
)
def test_each_filter_narrows(site: Site, query: str, titles: list[str]) -> None:
    filled(site, "Brute force", "Web scan")
    page = site.operator().get(f"/incidents?{query}").text
    assert [title for title in ("Brute force", "Web scan") if f">{title}</a>" in page] == titles


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "Nothing waits for you"),
        ("?state=closed", "No incidents in this state"),
        ("?q=x", "No incidents match"),
    ],
)
def test_an_empty_list_says_why(site: Site, query: str, said: str) -> None:
    assert said in site.operator().get(f"/incidents{query}").text


def test_a_wrong_filter_is_told_beside_the_form(site: Site) -> None:
    for query in ("state=gone", "cursor=x"):
        page = site.operator(f"Olga {query}").get(f"/incidents?{query}")
        assert page.status_code == 422
        assert "This filter cannot be read" in page.text


@pytest.mark.slow
def test_older_ones_follow_page_by_page(site: Site) -> None:
    filled(site, *[f"Title {number:02}" for number in range(51)])
    browser = site.operator()
    first = browser.get("/incidents").text
    assert "Title 50<" in first
    assert "Title 00<" not in first
    address = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    older = browser.get(address).text
    assert "Title 00<" in older
    assert "Newest" in older


def test_an_incident_shows_its_evidence_and_its_history(site: Site) -> None:
    _, (one,) = filled(site, "Brute force")
    page = site.operator().get(f"/incidents/{one.id}").text
    assert "<title>#1 Brute force · LAMIS</title>" in page
    assert f'href="/alerts?incident={one.id}&amp;from=2000-01-01"' in page
    assert page.count('class="open"') == 1
    for action in ("acknowledge", "comment", "assign", "mute"):
        assert f'action="/incidents/{one.id}/{action}"' in page
    assert f'href="/incidents/{one.id}/close"' in page
    assert page.count('action="/blocking/block"') == 1


def test_a_number_leads_to_its_incident(site: Site) -> None:
    _, (one,) = filled(site, "Brute force")
    browser = site.operator()
    assert browser.get("/incidents/1").headers["location"] == f"/incidents/{one.id}"
    for path in ("/incidents/2", "/incidents/nothing", "/incidents/" + "9" * 18, "/incidents/x/close"):
        assert browser.get(path).status_code == 404


def test_a_viewer_sees_and_may_do_nothing(site: Site) -> None:
    acme, (one,) = filled(site, "Brute force")
    page = site.signed_in(site.person("Vera", roles={acme.key: Role.VIEWER})).get(f"/incidents/{one.id}").text
    assert "Brute force" in page
    assert f"/incidents/{one.id}/" not in page
    assert "/blocking/block" not in page


def test_another_tenants_incidents_are_not_there(site: Site) -> None:
    _, (one,) = filled(site, "Brute force")
    globex = site.tenant("Globex")
    browser = site.signed_in(site.person("Greg", roles={globex.key: Role.ADMIN}))
    assert "Brute force" not in browser.get("/incidents?state=all").text
    assert browser.get(f"/incidents/{one.id}").status_code == 404
    assert browser.get("/incidents/1").status_code == 404


def test_what_sources_say_is_never_markup(site: Site) -> None:
    _, (one,) = filled(site, HOSTILE)
    browser = site.operator()
    for path in ("/incidents", f"/incidents/{one.id}", f"/incidents/{one.id}/close"):
        assert "<script>alert" not in browser.get(path).text


def test_it_is_given_only_to_those_who_may_work_on_it(site: Site) -> None:
    acme, (one,) = filled(site, "Brute force")
    ana = site.person("Ana", roles={acme.key: Role.ANALYST})
    vera = site.person("Vera", roles={acme.key: Role.VIEWER})
    page = site.operator().get(f"/incidents/{one.id}").text
    assert f'<option value="{ana}">Ana</option>' in page
    assert vera not in page
    assert ">Olga</option>" in page
