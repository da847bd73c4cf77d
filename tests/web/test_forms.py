"""Forms as they are sent, and as they come back."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from lamis.web.forms import EMPTY, FilledForm, Form, shown
from tests.web.site import Site


@dataclass(frozen=True, slots=True)
class Page(FilledForm):
    FIELDS: ClassVar[frozenset[str]] = frozenset({"name", "password"})
    stored_name: str = ""

    def stores(self, name: str) -> bool:
        return name == self.stored_name


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


def test_secrets_are_never_shown_again() -> None:
    typed = {"url": "https://hidden.example", "password": "hidden", "name": "x"}
    assert shown(typed, secrets=("url", "password")) == {"name": "x"}


def test_lists_are_shown_as_lines_and_nothing_not_at_all() -> None:
    recipients = ["a@example.org", "b@example.org"]
    assert shown({"recipients": recipients, "port": 25, "ca_pem": None}, secrets=()) == {
        "recipients": "a@example.org\nb@example.org",
        "port": "25",
    }


@pytest.mark.parametrize("wrong_field", ["name", "password", "tenant"])
def test_an_error_stands_at_its_field(wrong_field: str) -> None:
    page = Page({}, "/", error="Wrong.", wrong_field=wrong_field)
    assert (page.error_of(wrong_field), page.general_error) == ("Wrong.", "")
    assert page.error_of("other") == ""


@pytest.mark.parametrize("wrong_field", ["", "kind"])
def test_an_error_of_no_field_stands_above(wrong_field: str) -> None:
    assert Page({}, "/", error="Wrong.", wrong_field=wrong_field).general_error == "Wrong."


def test_a_blank_secret_says_what_it_keeps() -> None:
    page = Page({"name": "x"}, "/", stored_name="password")
    assert (page.value("name"), page.value("other")) == ("x", "")
    assert page.hint_of("password") == "Blank keeps the stored one."
    assert page.hint_of("other") == ""
    assert "What you typed is kept" in Page({}, "/", kept_names=frozenset({"password"})).hint_of("password")
