"""Forms as they are sent."""

from lamis.web.forms import EMPTY, Form
from tests.web.site import Site


def test_a_field_that_was_not_sent_is_empty() -> None:
    assert EMPTY.text("name") == ""
    assert EMPTY.values("name") == ()
    assert not EMPTY.is_on("name")


def test_a_file_is_refused(site: Site) -> None:
    browser = site.operator()
    headers = {"X-CSRF-Token": browser.csrf}
    page = browser.client.post("/tenants", files={"name": ("f", b"x")}, headers=headers)
    assert page.status_code == 400
    assert "text/html" in page.headers["content-type"]


def test_text_is_trimmed_and_a_password_is_not() -> None:
    form = Form({"name": (" Olga ", "second"), "on": ("on",)})
    assert form.text("name") == "Olga"
    assert form.raw("name") == " Olga "
    assert form.values("name") == (" Olga ", "second")
    assert form.is_on("on")
