"""Kept secrets, tenants to choose from, and a form that comes back."""

from dataclasses import dataclass, replace
from typing import ClassVar

from lamis.base.scope import Actor, Permission, Role
from lamis.web.form_pages import kept_secrets, tenant_choice, with_error
from lamis.web.forms import EMPTY, FilledForm, Form
from tests.web.site import Site

OLGA = Actor("olga", "Olga", is_operator=True)
NAMES = ("password", "client_key_pem")


@dataclass(frozen=True, slots=True)
class Page(FilledForm):
    FIELDS: ClassVar[frozenset[str]] = frozenset({"name"})


def sent_again(page: FilledForm) -> Form:
    return Form({"kept": (page.kept,)})


def test_what_was_typed_comes_back_and_what_is_typed_anew_counts(site: Site) -> None:
    visit = site.visit(OLGA)
    page = with_error(
        visit, Page({}, "/"), {"password": "old", "client_key_pem": ""}, error="", wrong_field=""
    )
    assert "old" not in page.kept
    assert page.kept_names == {"password"}
    blank = {"password": "", "client_key_pem": ""}
    assert kept_secrets(visit, sent_again(page), blank, NAMES) == {"password": "old", "client_key_pem": ""}
    anew = {"password": "new", "client_key_pem": ""}
    assert kept_secrets(visit, sent_again(page), anew, NAMES) == {"client_key_pem": ""}
    assert kept_secrets(site.visit(replace(OLGA, person_id="petra")), sent_again(page), blank, NAMES) == {
        "password": "",
        "client_key_pem": "",
    }


def test_what_is_wrong_is_said_on_the_form_that_was_sent(site: Site) -> None:
    page = with_error(site.visit(OLGA), Page({"name": "x"}, "/add"), {}, error="Wrong.", wrong_field="name")
    assert (page.value("name"), page.action, page.error_of("name")) == ("x", "/add", "Wrong.")
    assert (page.kept, page.kept_names) == ("", frozenset())


def test_tenants_in_which_a_person_may_not_are_no_choice(site: Site) -> None:
    acme, bravo = site.tenant("Acme"), site.tenant("Bravo")
    adam = Actor("adam", "Adam", roles={acme.key: Role.ADMIN, bravo.key: Role.VIEWER})
    with site.runtime.database.read() as session:
        found = tenant_choice(site.visit(adam), session, EMPTY, Permission.MANAGE_CONNECTIONS)
        assert found == ([(acme.id, "Acme")], "")


def test_the_tenant_somebody_looks_at_is_chosen_until_another_is(site: Site) -> None:
    acme, bravo = site.tenant("Acme"), site.tenant("Bravo")
    visit = site.visit(replace(OLGA, narrowed_to=bravo.key))
    with site.runtime.database.read() as session:
        choices, chosen = tenant_choice(visit, session, EMPTY, Permission.MANAGE_CHANNELS)
        assert (sorted(choices), chosen) == (sorted([(acme.id, "Acme"), (bravo.id, "Bravo")]), bravo.id)
        typed = Form({"tenant": (acme.id,)})
        assert tenant_choice(visit, session, typed, Permission.MANAGE_CHANNELS)[1] == acme.id
