"""What an endpoint learns of a visit, and how cookies come and go with its answer."""

from lamis.access import cookies
from tests.web.site import PASSWORD, Site


def test_the_visit_cookie_comes_with_the_first_form_and_goes_with_the_sign_in(site: Site) -> None:
    site.person("Olga", is_operator=True)
    site.give_password("Olga")
    browser = site.stranger()
    first = browser.get("/sign-in")
    assert cookies.VISIT in first.headers["set-cookie"]
    assert "set-cookie" not in browser.get("/sign-in").headers
    browser.post("/sign-in", name="Olga", password=PASSWORD)
    assert cookies.VISIT not in browser.client.cookies
    assert cookies.SESSION in browser.client.cookies


def test_a_strangers_form_leads_to_the_sign_in_without_a_way_back_to_it(site: Site) -> None:
    site.person("Olga", is_operator=True)
    assert site.stranger().post("/tenants", name="x").headers["location"] == "/sign-in"
