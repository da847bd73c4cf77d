"""Two tenants with sources, people who may look, and sockets that they open."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from starlette.testclient import TestClient, WebSocketTestSession

from lamis.access.credentials import Credential
from lamis.access.tickets import give_ticket
from lamis.access.tokens import make_token
from lamis.alerts.types import Batch, Incoming
from lamis.base.clock import utc_now
from lamis.base.scope import SYSTEM, Role
from lamis.incidents.actions import receive
from lamis.live.app import PATH, build_live
from lamis.people.actions import add_person
from lamis.people.digests import digest
from lamis.people.queries import token_epoch
from lamis.people.sign_ins import start_session
from lamis.storage.engine import Database
from tests.alerts.world import batch, document, settle
from tests.store import of_doors
from tests.web.site import make_runtime

NORTH, SOUTH = 1, 2
SOURCE = {NORTH: 1, SOUTH: 3}


class House:
    """Tenants 1 (sources 1 and 2) and 2 (source 3); `nora` sees the first, `sven` the second, `olga` all."""

    def __init__(self, database: Database, **settings: object) -> None:
        settle(database)
        self.database = database
        self.runtime = make_runtime(database, **settings)
        self.app = build_live(of_doors(self.runtime))
        self.number = 0
        self.ids: dict[str, str] = {}
        for name, tenant in (("nora", NORTH), ("sven", SOUTH), ("olga", None), ("nobody", None)):
            with database.write() as session:
                self.ids[name] = add_person(
                    session,
                    SYSTEM,
                    name=name,
                    is_operator=name == "olga",
                    tenant_key=tenant,
                    role=Role.VIEWER if tenant else None,
                    now=utc_now(),
                ).person_id

    def token(self, name: str) -> str:
        with self.database.read() as session:
            epoch = token_epoch(session, self.ids[name])
        assert epoch is not None
        return make_token(self.runtime, self.ids[name], epoch=epoch, now=utc_now())[0]

    def cookie(self, name: str) -> str:
        """A signed-in browser of that person."""
        with self.database.write() as session:
            return start_session(
                session, self.ids[name], address="127.0.0.1", agent="", hours=12, now=utc_now()
            )

    def ticket(self, cookie: str, *, age: timedelta = timedelta()) -> str:
        return give_ticket(self.runtime.one_time, Credential("session", digest(cookie)), now=utc_now() - age)

    def store(self, *documents: Incoming, tenant: int = NORTH) -> None:
        """Store a page as a poll does; without documents, one alert of now."""
        page: Sequence[Incoming] = documents or [self.document()]
        made: Batch = batch(page, connection=SOURCE[tenant])
        with self.database.ingest() as session:
            receive(session, made, now=utc_now())

    def document(self, **fields: Any) -> Incoming:
        self.number += 1
        return document(self.number, **{"at": utc_now()} | fields)

    @contextmanager
    def client(self) -> Iterator[TestClient]:
        """A client whose sockets share one event loop, as those of a server do."""
        with TestClient(self.app) as client:
            yield client

    @contextmanager
    def socket(self, name: str, client: TestClient | None = None) -> Iterator["Ear"]:
        """That person's socket, by token."""
        path = f"{PATH}?token={self.token(name)}"
        if client is None:
            with self.client() as own, self.socket(name, own) as ear:
                yield ear
            return
        with client.websocket_connect(path) as socket:
            ear = Ear(socket)
            assert ear.is_quiet()  # whoever is answered has been let in
            yield ear


class Ear:
    """One end of a socket. `after` is the newest one heard."""

    def __init__(self, socket: WebSocketTestSession) -> None:
        self.socket = socket
        self.after: str | None = None

    def say(self, **members: object) -> None:
        self.socket.send_json(members)

    def hear(self) -> dict[str, Any]:
        said: dict[str, Any] = self.socket.receive_json()
        self.after = said.get("after", self.after)
        return said

    def subscribe(self, kind: str = "alerts", **members: object) -> None:
        """Subscribe and take the acknowledgement; the first alerts or counts are still to be heard."""
        self.say(action="subscribe", type=kind, **members)
        assert self.hear()["type"] == "subscribed"

    def titles(self) -> list[str]:
        """The titles of the next message of alerts."""
        said = self.hear()
        assert said["type"] == "alerts", said
        return [row["title"] for row in said["alerts"]]

    def is_quiet(self) -> bool:
        """Whether nothing waits: an answer to a ping comes next."""
        self.say(action="ping")
        return self.hear()["type"] == "pong"
