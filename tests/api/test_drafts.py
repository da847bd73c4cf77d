"""What the API takes in about connections; testing them is proved with the endpoints."""

import pytest

from lamis.api.drafts import ConnectionChange, NewConnection, tenant_for
from lamis.base.clock import utc_now
from lamis.base.errors import Invalid, NotFound
from lamis.base.scope import SYSTEM, Actor, Role
from lamis.tenants.actions import archive_tenant
from tests.api.conftest import World


def test_only_what_was_sent_and_belongs_to_the_connection_is_given() -> None:
    assert NewConnection(name="a", tenant="Acme", password=None).given() == {"name": "a", "password": None}
    assert ConnectionChange(is_active=False).given() == {}


def test_the_tenant_may_be_left_out_by_whoever_sees_one(world: World) -> None:
    anna = Actor(person_id="a", name="anna", roles={world.acme.key: Role.ADMIN})
    with world.runtime.database.read() as session:
        assert tenant_for(session, anna, None).name == "Acme"
        assert tenant_for(session, SYSTEM, "globex").name == "Globex"
        with pytest.raises(Invalid):
            tenant_for(session, SYSTEM, None)
        with pytest.raises(NotFound):
            tenant_for(session, anna, "Globex")


def test_an_archived_tenant_takes_no_connection(world: World) -> None:
    with world.runtime.database.write() as session:
        archive_tenant(session, SYSTEM, world.acme.id, now=utc_now())
        with pytest.raises(Invalid):
            tenant_for(session, SYSTEM, world.acme.id)
