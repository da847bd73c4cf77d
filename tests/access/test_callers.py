"""Who calls, as pages and API learn it."""

from typing import Annotated

import pytest
from fastapi import Depends, FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.testclient import TestClient

from lamis.access import cookies
from lamis.access.callers import Caller, caller, cookie_actor, narrowed_by
from lamis.access.tokens import make_token
from lamis.base.clock import utc_now
from lamis.base.errors import LamisError, NotFound
from lamis.base.scope import SYSTEM, Actor, Role
from lamis.people import actions, queries, sign_ins
from lamis.people.digests import digest
from lamis.people.models import WebSession
from lamis.storage.engine import Database
from lamis.storage.runtime import Runtime
from lamis.tenants import actions as tenants
from tests.access.given import HERE, NOW, make_person, make_runtime


def make_client(runtime: Runtime) -> TestClient:
    app = FastAPI()
    app.state.runtime = runtime

    @app.api_route("/who", methods=["GET", "POST"])
    def who(found: Annotated[Caller, Depends(caller)]) -> Response:
        return JSONResponse({"name": found.actor.name, "via": found.via, "csrf": found.csrf})

    @app.exception_handler(LamisError)
    async def told(_request: Request, error: LamisError) -> Response:
        return JSONResponse({"error": type(error).__name__}, status_code=400)

    return TestClient(app)


def start(database: Database, person_id: str) -> str:
    with database.write() as session:
        return sign_ins.start_session(session, person_id, address=HERE, agent="", hours=1, now=utc_now())


def test_a_cookie_reads_alone_and_writes_with_the_pages_value(database: Database) -> None:
    client = make_client(make_runtime(database))
    client.cookies.set(cookies.SESSION, start(database, make_person(database, password=None)))
    found = client.get("/who").json()
    assert (found["name"], found["via"]) == ("Vera", "session")
    assert client.post("/who").json() == {"error": "NotAllowed"}
    assert client.post("/who", json={"csrf": found["csrf"]}).json() == {"error": "NotAllowed"}
    assert client.post("/who", headers={"X-CSRF-Token": "wrong"}).json() == {"error": "NotAllowed"}
    assert client.post("/who", headers={"X-CSRF-Token": found["csrf"]}).json()["name"] == "Vera"
    assert client.post("/who", data={"csrf": found["csrf"]}).json()["name"] == "Vera"
    assert client.post("/who", files={"csrf": (None, found["csrf"])}).json()["name"] == "Vera"
    assert client.post("/who", files={"csrf": (None, "wrong")}).json() == {"error": "NotAllowed"}
    assert client.post("/who", files={"csrf": ("csrf", found["csrf"])}).json() == {"error": "NotAllowed"}


def test_a_token_comes_before_a_cookie_and_needs_no_value_of_a_page(database: Database) -> None:
    runtime = make_runtime(database)
    client = make_client(runtime)
    client.cookies.set(cookies.SESSION, start(database, make_person(database, password=None)))
    token, _ = make_token(runtime, make_person(database, "Script", password=None), epoch=0, now=utc_now())
    found = client.post("/who", headers={"Authorization": f"bearer {token}"}).json()
    assert (found["name"], found["via"], found["csrf"]) == ("Script", "token", "")
    assert client.get("/who", headers={"Authorization": "Bearer x"}).json() == {"error": "NotSignedIn"}


@pytest.mark.parametrize("cookie", [None, "", "nonsense"])
def test_a_stranger_is_not_signed_in(database: Database, cookie: str | None) -> None:
    client = make_client(make_runtime(database))
    if cookie is not None:
        client.cookies.set(cookies.SESSION, cookie)
    assert client.get("/who").json() == {"error": "NotSignedIn"}


def test_the_use_of_a_session_is_noted_with_its_address(database: Database) -> None:
    client = make_client(make_runtime(database))
    token = start(database, make_person(database, password=None))
    with database.write() as session:
        row = session.get(WebSession, digest(token))
        assert row
        row.seen_ms -= 120_000
        before = row.seen_ms
    client.cookies.set(cookies.SESSION, token)
    client.get("/who")
    with database.read() as session:
        row = session.get(WebSession, digest(token))
        assert row
        assert row.seen_ms > before
        assert row.address == "testclient"


def test_the_switch_narrows_until_the_tenant_is_archived_or_lost(database: Database) -> None:
    with database.write() as session:
        acme = tenants.create_tenant(session, SYSTEM, "Acme", now=NOW)
        globex = tenants.create_tenant(session, SYSTEM, "Globex", now=NOW)
    vera = make_person(database, password=None)
    with database.write() as session:
        for tenant in (acme, globex):
            actions.set_role(session, SYSTEM, vera, tenant_key=tenant.key, role=Role.VIEWER, now=NOW)
        token = sign_ins.start_session(session, vera, address=HERE, agent="", hours=1, now=NOW)
        sign_ins.switch_tenant(session, token, tenant_key=acme.key, now=NOW)

    def shown() -> int | None:
        with database.read() as session:
            found = cookie_actor(session, token, now=NOW)
            assert found
            return found[1].narrowed_to

    assert shown() == acme.key
    with database.write() as session:
        tenants.archive_tenant(session, SYSTEM, acme.id, now=NOW)
    assert shown() is None
    with database.write() as session:
        tenants.restore_tenant(session, SYSTEM, acme.id, now=NOW)
        actions.remove_role(session, SYSTEM, vera, tenant_key=acme.key, now=NOW)
    assert shown() is None


def test_a_removed_persons_session_is_nobodys(database: Database) -> None:
    vera = make_person(database, password=None)
    token = start(database, vera)
    with database.write() as session:
        actions.remove_person(session, SYSTEM, vera, now=NOW)
        assert cookie_actor(session, token, now=utc_now()) is None


def test_an_address_narrows_to_own_tenants_only(database: Database) -> None:
    with database.write() as session:
        acme = tenants.create_tenant(session, SYSTEM, "Acme", now=NOW)
        globex = tenants.create_tenant(session, SYSTEM, "Globex", now=NOW)
        actor = Actor("v", "Vera", roles={acme.key: Role.VIEWER}, narrowed_to=acme.key)
        found = Caller(actor=actor, via="session", address=HERE)
        assert narrowed_by(session, found, None) == found
        assert narrowed_by(session, found, "all").actor.narrowed_to is None
        assert narrowed_by(session, found, acme.id).actor.narrowed_to == acme.key
        with pytest.raises(NotFound):
            narrowed_by(session, found, globex.id)
        assert queries.people(session, actor.scope) == []
