"""A small installation with people of every kind, and clients that speak for them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import pytest
from anyio.from_thread import BlockingPortal
from cryptography.fernet import Fernet
from fastapi import FastAPI
from starlette.testclient import TestClient

from lamis.access.tokens import make_token
from lamis.api.app import build_api
from lamis.base.clock import utc_now
from lamis.base.scope import SYSTEM, Role
from lamis.base.secrets import Keys, Vault
from lamis.base.settings import Settings
from lamis.people.actions import add_person
from lamis.people.queries import token_epoch
from lamis.storage.engine import Database
from lamis.storage.runtime import Runtime
from lamis.tenants.actions import create_tenant
from lamis.tenants.types import TenantInfo
from tests.store import of_doors

Speak = Callable[[str | None], TestClient]


@dataclass
class World:
    """Tenants Acme and Globex; `olga` operates; `anna`, `nils`, `vera` are admin, analyst and viewer of Acme;
    `greg` is admin of Globex; `nobody` has no role."""

    runtime: Runtime
    acme: TenantInfo
    globex: TenantInfo
    ids: dict[str, str]
    alarms: list[str]
    portal: BlockingPortal

    @cached_property
    def doors(self) -> Runtime:
        return of_doors(self.runtime)

    @cached_property
    def app(self) -> FastAPI:
        return build_api(self.doors)

    def client(self, name: str | None) -> TestClient:
        """A client with that person's token; None is a stranger."""
        client = TestClient(self.app, raise_server_exceptions=False)
        client.portal = self.portal
        if name is not None:
            with self.runtime.database.read() as session:
                epoch = token_epoch(session, self.ids[name])
            assert epoch is not None
            token, _ = make_token(self.runtime, self.ids[name], epoch=epoch, now=utc_now())
            client.headers["Authorization"] = f"Bearer {token}"
        return client


@pytest.fixture
def world(database: Database, portal: BlockingPortal) -> World:
    keys = Keys(signing="k" * 40, vault=Vault([Fernet.generate_key().decode()]))
    alarms: list[str] = []
    runtime = Runtime(settings=Settings(_env_file=None), database=database, keys=keys, alarm=alarms.append)
    now = utc_now()
    with database.write() as session:
        acme = create_tenant(session, SYSTEM, "Acme", now=now)
        globex = create_tenant(session, SYSTEM, "Globex", now=now)
        members = {
            "anna": (acme, Role.ADMIN),
            "nils": (acme, Role.ANALYST),
            "vera": (acme, Role.VIEWER),
            "greg": (globex, Role.ADMIN),
        }
        ids = {
            name: add_person(session, SYSTEM, name=name, tenant_key=tenant.key, role=role, now=now).person_id
            for name, (tenant, role) in members.items()
        }
        ids["nobody"] = add_person(session, SYSTEM, name="nobody", now=now).person_id
        ids["olga"] = add_person(session, SYSTEM, name="olga", is_operator=True, now=now).person_id
    return World(runtime=runtime, acme=acme, globex=globex, ids=ids, alarms=alarms, portal=portal)


@pytest.fixture
def speak(world: World) -> Speak:
    """`speak("vera")` is Vera's client, `speak(None)` a stranger's."""
    return world.client
