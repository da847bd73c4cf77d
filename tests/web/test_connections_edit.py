"""What comes of a form about a connection: tried, refused or saved."""

import pytest

from lamis.base.errors import Invalid, NotAllowed, NotFound
from lamis.base.scope import Actor, Role
from lamis.connections.models import Connection
from lamis.connections.types import TestCode
from lamis.web.connections_edit import Outcome, add, edit, stored_secret
from lamis.web.forms import EMPTY, Form
from tests.fakes.firewall import FakeFirewall
from tests.fakes.vendor import install
from tests.web.filled import change
from tests.web.protected import TYPED, add_firewall
from tests.web.site import Site

VALUES = TYPED | {"kind": "opnsense"}
TRIAL = Form({"do": ("test",)})
OLGA = Actor("olga", "Olga", is_operator=True)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeFirewall:
    return install(monkeypatch)


def row(site: Site, connection_id: str) -> Connection:
    with site.runtime.database.read() as session:
        return session.query(Connection).filter_by(id=connection_id).one()


def count(site: Site) -> int:
    with site.runtime.database.read() as session:
        return session.query(Connection).count()


def test_what_passes_its_test_is_saved(site: Site, fake: FakeFirewall) -> None:
    site.tenant("Acme")
    outcome = add(site.visit(OLGA), EMPTY, VALUES)
    assert outcome.saved is not None
    assert (row(site, outcome.saved.id).name, outcome.error) == ("fw-3", None)
    changed = edit(site.visit(OLGA), outcome.saved, EMPTY, VALUES | {"name": "fw-4", "password": ""})
    assert changed.saved is not None
    assert (changed.saved.id, row(site, outcome.saved.id).name) == (outcome.saved.id, "fw-4")


def test_a_trial_saves_and_makes_nothing(site: Site, fake: FakeFirewall) -> None:
    fake.is_prepared = False
    acme = site.tenant("Acme")
    outcome = add(site.visit(OLGA), TRIAL, VALUES | {"may_create": "on"})
    assert outcome.tested is not None
    assert (outcome.tested.code, outcome.status, count(site)) == (TestCode.ALIAS_MISSING, 422, 0)
    fake.is_prepared = True
    stored = row(site, add_firewall(site, acme))
    outcome = edit(site.visit(OLGA), stored, TRIAL, VALUES | {"name": "fw-9"})
    assert (outcome.status, outcome.saved, row(site, stored.id).name) == (200, None, stored.name)


def test_what_fails_its_test_is_not_saved(site: Site, fake: FakeFirewall) -> None:
    fake.is_down = True
    acme = site.tenant("Acme")
    assert add(site.visit(OLGA), EMPTY, VALUES).status == 422
    assert count(site) == 0
    stored = row(site, add_firewall(site, acme))
    outcome = edit(site.visit(OLGA), stored, EMPTY, VALUES | {"name": "fw-9"})
    assert (outcome.status, outcome.saved, row(site, stored.id).name) == (422, None, stored.name)


def test_a_name_in_use_is_told_beside_the_good_test(site: Site, fake: FakeFirewall) -> None:
    acme = site.tenant("Acme")
    taken = row(site, add_firewall(site, acme))
    outcome = add(site.visit(OLGA), EMPTY, VALUES | {"name": taken.name, "urls": "https://192.0.2.99"})
    assert isinstance(outcome.error, Invalid)
    assert outcome.tested is not None
    assert (outcome.error.field, outcome.tested.is_ok) == ("name", True)
    assert (outcome.status, outcome.saved) == (422, None)


def test_a_tenant_that_is_not_seen_and_a_wrong_field_are_outcomes(site: Site, fake: FakeFirewall) -> None:
    acme, bravo = site.tenant("Acme"), site.tenant("Bravo")
    adam = Actor("adam", "Adam", roles={acme.key: Role.ADMIN})
    foreign = add(site.visit(adam), Form({"tenant": (bravo.id,)}), VALUES)
    assert (type(foreign.error), foreign.status) == (NotFound, 404)
    wrong = add(site.visit(adam), EMPTY, VALUES | {"alias": "no alias"})
    assert (type(wrong.error), wrong.status, fake.opened) == (Invalid, 422, 0)


def test_nothing_is_added_where_a_person_may_only_look(site: Site, fake: FakeFirewall) -> None:
    acme = site.tenant("Acme")
    vera = Actor("vera", "Vera", roles={acme.key: Role.VIEWER})
    with pytest.raises(NotAllowed):
        add(site.visit(vera), EMPTY, VALUES)
    assert (count(site), fake.opened) == (0, 0)


def test_a_form_that_was_not_sent_is_a_good_page() -> None:
    assert Outcome().status == 200


def test_a_secret_is_stored_or_missing_or_lost(site: Site) -> None:
    stored_id = add_firewall(site, site.tenant("Acme"))
    assert stored_secret(site.visit(), row(site, stored_id)) == (True, False)
    change(site, stored_id, sealed=site.runtime.keys.vault.seal("{}")[:-4] + "AAAA")
    assert stored_secret(site.visit(), row(site, stored_id)) == (False, True)
