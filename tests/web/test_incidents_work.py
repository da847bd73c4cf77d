"""What the forms on an incident's page do."""

import pytest

from lamis.base.scope import Role
from lamis.tenants.types import TenantInfo
from tests.web.site import Browser, Site
from tests.web.test_incidents import all_of, filled

FORMS: dict[str, dict[str, str]] = {
    "acknowledge": {},
    "reopen": {},
    "close": {"verdict": "benign"},
    "comment": {"comment": "x"},
    "assign": {"assignee": "me"},
    "mute": {"hours": "8"},
}


@pytest.fixture
def acme(site: Site) -> TenantInfo:
    return filled(site, "Brute force")[0]


def ana(site: Site, acme: TenantInfo) -> Browser:
    return site.signed_in(site.person("Ana", roles={acme.key: Role.ANALYST}))


def path(site: Site, form: str) -> str:
    return f"/incidents/{all_of(site)[0].id}/{form}"


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_who_may_not_changes_nothing(site: Site, acme: TenantInfo, form: str) -> None:
    before = all_of(site)
    globex = site.tenant("Globex")
    viewer = site.signed_in(site.person("Vera", roles={acme.key: Role.VIEWER}))
    foreigner = site.signed_in(site.person("Greg", roles={globex.key: Role.ADMIN}))
    assert viewer.post(path(site, form), **FORMS[form]).status_code == 403
    assert foreigner.post(path(site, form), **FORMS[form]).status_code == 404
    assert site.stranger().post(path(site, form), **FORMS[form]).status_code in (303, 403)
    assert ana(site, acme).post(path(site, form), False, **FORMS[form]).status_code == 403
    assert all_of(site) == before


def test_the_life_of_an_incident(site: Site, acme: TenantInfo) -> None:
    browser = ana(site, acme)

    def sent(form: str, **fields: str) -> str:
        return browser.follow(browser.post(path(site, form), **(fields or FORMS[form]))).text

    assert "Incident #1 is acknowledged." in sent("acknowledge")
    assert all_of(site)[0].assignee == "Ana"
    assert "Incident #1 is nobody&#39;s now." in sent("assign", assignee="")
    assert "Incident #1 is assigned." in sent("assign")
    assert "sends no notifications for a while" in sent("mute")
    assert all_of(site)[0].muted_until is not None
    assert "sends notifications again" in sent("mute", hours="")
    assert "has your comment" in sent("comment", comment="<b>Look</b>")
    page = sent("close", verdict="false positive", comment="Noise")
    assert "Incident #1 is closed as false positive." in page
    assert "&lt;b&gt;Look&lt;/b&gt;" in page
    assert "closed it as false positive" in page
    assert all_of(site)[0].verdict == "false positive"
    assert "is open again" in sent("reopen")


def test_closing_what_somebody_closed_says_who(site: Site, acme: TenantInfo) -> None:
    ana(site, acme).post(path(site, "close"), verdict="benign")
    bob = site.signed_in(site.person("Bob", roles={acme.key: Role.ADMIN}))
    page = bob.follow(bob.post(path(site, "close"), verdict="benign")).text
    assert "Incident #1 is already closed by Ana." in page


def test_a_closing_without_a_verdict_keeps_what_was_typed(site: Site, acme: TenantInfo) -> None:
    answer = ana(site, acme).post(path(site, "close"), comment="Typed words")
    assert answer.status_code == 422
    assert "Say what it was." in answer.text
    assert "Typed words" in answer.text
    assert all_of(site)[0].state == "open"


@pytest.mark.parametrize(
    ("form", "fields", "said"),
    [
        ("comment", {"comment": " "}, "Write something first."),
        ("comment", {"comment": "y" * 4001}, "at most 4,000 characters"),
        ("assign", {"assignee": "nobody-at-all"}, "Nobody by that id may work"),
    ],
)
def test_what_is_refused_is_told_beside_its_field(
    site: Site, acme: TenantInfo, form: str, fields: dict[str, str], said: str
) -> None:
    answer = ana(site, acme).post(path(site, form), **fields)
    assert answer.status_code == 422
    assert said in answer.text
