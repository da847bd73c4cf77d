"""Who comes to which page, and whose forms are taken: from nobody's role up to an operator."""

from collections.abc import Iterator, Mapping

import pytest
from fastapi.routing import APIRoute

from lamis.base.scope import Role
from lamis.web.app import ROUTERS
from tests.web.site import Browser, Site

ROLES = ("nobody", "viewer", "analyst", "admin", "operator")
# The least of them who is not told 403. A form is sent empty; what it lacks is said to who may send it.
PAGES = {
    "nobody": [
        "/", "/account", "/alerts", "/alerts/rows", "/auth/login", "/auth/setup", "/blocking",
        "/blocking/allow-list", "/blocking/lists", "/firewalls/new", "/incidents", "/incidents/rows",
        "/managers/manage", "/managers/setup", "/refresh/state", "/setup", "/setup/source", "/sign-in",
        "/sources/new",
    ],
    "viewer": ["/channels", "/deliveries", "/firewalls", "/sources"],
    "analyst": ["/blocking/block", "/blocking/export", "/blocking/import"],
    "admin": ["/channels/add", "/firewalls/add", "/people", "/people/add", "/sources/add", "/sources/import"],
    "operator": ["/tenants"],
}  # fmt: skip
FORMS = {
    "nobody": [
        "/account/password", "/account/sessions/end-others", "/blocking/allow-list", "/blocking/block",
        "/tenant", "/theme",
    ],
    "viewer": ["/refresh"],
    "analyst": ["/blocking/import", "/blocking/reconcile"],
    "admin": ["/channels/add", "/firewalls/add", "/sources/add", "/sources/import"],
    "operator": ["/people/add", "/setup/later", "/tenants"],
}  # fmt: skip
FOR_STRANGERS = {"/setup", "/sign-in", "/sign-out"}


def paths(method: str) -> set[str]:
    """The addresses that name nothing."""
    found: Iterator[APIRoute] = (each for router in ROUTERS for each in router.routes)  # type: ignore[misc]
    return {each.path for each in found if method in each.methods and "{" not in each.path}


def browsers(site: Site) -> dict[str, Browser]:
    acme = site.tenant("Acme")
    made = {role.value: site.signed_in(site.person(role, roles={acme.key: role})) for role in Role}
    return made | {"nobody": site.signed_in(site.person("Nemo")), "operator": site.operator()}


def assert_from(least: Mapping[str, list[str]], statuses: dict[str, dict[str, int]]) -> None:
    for role, expected in least.items():
        for path in expected:
            allowed = [each for each in ROLES if statuses[each][path] != 403]
            assert (path, allowed) == (path, list(ROLES[ROLES.index(role) :]))


@pytest.mark.slow
def test_every_page_is_for_whom_it_is(site: Site) -> None:
    every = [path for each in PAGES.values() for path in each]
    assert paths("GET") == set(every)
    assert_from(
        PAGES,
        {
            role: {path: browser.client.get(path).status_code for path in every}
            for role, browser in browsers(site).items()
        },
    )


@pytest.mark.slow
def test_every_form_is_taken_from_whom_it_is_for(site: Site) -> None:
    every = [path for each in FORMS.values() for path in each]
    assert paths("POST") == set(every) | FOR_STRANGERS
    assert_from(
        FORMS,
        {
            role: {path: browser.post(path).status_code for path in every}
            for role, browser in browsers(site).items()
        },
    )
