"""The pages as a browser meets them, on a store of the test's own."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from html import unescape

from anyio.from_thread import BlockingPortal
from fastapi import FastAPI
from httpx import Response
from starlette.requests import Request
from starlette.testclient import TestClient

from lamis.access import cookies
from lamis.access.callers import Caller
from lamis.base.clock import utc_now
from lamis.base.scope import SYSTEM, Actor, Role
from lamis.base.secrets import Keys, Vault
from lamis.base.settings import Settings
from lamis.people import actions, sign_ins
from lamis.storage.engine import Database
from lamis.storage.runtime import Runtime
from lamis.tenants import actions as tenant_actions
from lamis.tenants.types import TenantInfo
from lamis.web.app import build_web
from lamis.web.visits import Visit
from tests.store import of_doors

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOME = "http://127.0.0.1:8000"
PASSWORD = "correct horse battery"
_CSRF = re.compile(r'name="csrf" value="([^"]*)"')


def make_runtime(database: Database, **settings: object) -> Runtime:
    """A runtime with keys of its own; no `.env` and no variable reaches it."""
    keys = Keys(signing="s" * 48, vault=Vault(["qIqpVU9hJX1tFTQd1L1yDs5yqkzSO2BVBzpRd5uhpcM="]))
    return Runtime(settings=Settings(_env_file=None, **settings), database=database, keys=keys)


def unmasked(page: Response) -> str:
    """The page without the value of its forms, which is another text each time."""
    return re.sub(r'(name="csrf" value="|name="csrf-token" content=")[^"]*', r"\1", page.text)


class Browser:
    """One browser. `post` sends what a page's form would: with the csrf value of its last page."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.csrf = ""

    def get(self, path: str, **kwargs: object) -> Response:
        return self._seen(self.client.get(path, **kwargs))

    def post(self, path: str, _csrf: bool = True, /, **fields: str) -> Response:
        sent = {"csrf": self.csrf} | fields if _csrf else fields
        return self._seen(self.client.post(path, data=sent))

    def follow(self, response: Response) -> Response:
        """The page that a redirect leads to."""
        assert response.status_code == 303, response.text
        return self.get(response.headers["location"])

    def _seen(self, response: Response) -> Response:
        if found := _CSRF.search(response.text):
            self.csrf = unescape(found.group(1))
        return response


@dataclass(frozen=True)
class Site:
    """An installation: make tenants and people, then browse as one of them.

    Without a `portal` each request starts an event loop of its own.
    """

    runtime: Runtime
    portal: BlockingPortal | None = None

    def tenant(self, name: str) -> TenantInfo:
        with self.runtime.database.write() as session:
            return tenant_actions.create_tenant(session, SYSTEM, name, now=NOW)

    def person(self, name: str, *, is_operator: bool = False, roles: dict[int, Role] | None = None) -> str:
        """Somebody without a password, which would cost a tenth of a second; returns the id."""
        with self.runtime.database.write() as session:
            link = actions.add_person(session, SYSTEM, name=name, is_operator=is_operator, now=NOW)
            for tenant_key, role in (roles or {}).items():
                actions.set_role(session, SYSTEM, link.person_id, tenant_key=tenant_key, role=role, now=NOW)
        return link.person_id

    def give_password(self, name: str) -> None:
        with self.runtime.database.write() as session:
            actions.reset_password(session, name, password=PASSWORD, now=NOW)

    def count_failures(self, name: str, count: int = 40) -> None:
        """As many wrong passwords as make the next try wait for a minute."""
        with self.runtime.database.write() as session:
            for back in range(count):
                sign_ins.begin_try(
                    session,
                    name=name,
                    address=f"192.0.2.{back}",
                    now=utc_now() - timedelta(minutes=count - 1 - back),
                )
                session.flush()

    @cached_property
    def app(self) -> FastAPI:
        return build_web(of_doors(self.runtime))

    def stranger(self, **client: object) -> Browser:
        made = TestClient(self.app, base_url=HOME, follow_redirects=False, **client)
        made.portal = self.portal
        return Browser(made)

    def signed_in(self, person_id: str) -> Browser:
        browser = self.stranger()
        with self.runtime.database.write() as session:
            token = sign_ins.start_session(
                session, person_id, address="127.0.0.1", agent="", hours=12, now=utc_now()
            )
        browser.client.cookies.set(cookies.SESSION, token, domain="127.0.0.1")
        browser.get("/account")
        return browser

    def operator(self, name: str = "Olga") -> Browser:
        return self.signed_in(self.person(name, is_operator=True))

    def visit(self, actor: Actor = SYSTEM) -> Visit:
        """A visit by `actor`, for what stands between pages and rooms."""
        request = Request({"type": "http", "query_string": b"", "headers": []})
        caller = Caller(actor=actor, via="session", address="127.0.0.1")
        return Visit(request=request, runtime=self.runtime, caller=caller, now=utc_now())
