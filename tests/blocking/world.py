"""Two tenants, fake firewalls, a clock that a test turns: the whole world of blocks."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from ipaddress import ip_network

from lamis.base.scope import EVERYTHING, SYSTEM, Actor, Role
from lamis.base.secrets import Keys, Vault
from lamis.base.settings import Settings
from lamis.blocking import actions, queries
from lamis.blocking.networks import parse_network
from lamis.blocking.planning import Wish
from lamis.blocking.types import Block, Firewall, FirewallOptions
from lamis.connections import actions as connections
from lamis.connections.drafts import parse_draft
from lamis.connections.types import ConnectionKind, Endpoint, TestCode, TestResult
from lamis.connectors.types import Ability, Manifest
from lamis.storage.engine import Database
from lamis.storage.runtime import Runtime
from lamis.tenants.models import Tenant
from lamis.workers.blocking import Blocker
from tests.clock import Clock
from tests.fakes.firewall import FakeFirewall

VAULT = Vault(["hVmXg0m2RduvAsHT0vP0cJXJ8A2hQ5o0Zt2mQ3yqKjo="])
OWN = "198.51.100.1/32"
MINUTE = timedelta(minutes=1)


@dataclass
class World:
    """`acme` and `globex`; `work()` is one worker that works off all that is due."""

    database: Database
    clock: Clock = field(default_factory=Clock)
    fakes: dict[str, FakeFirewall] = field(default_factory=dict)
    settings: Settings = field(default_factory=lambda: Settings(_env_file=None))

    def __post_init__(self) -> None:
        self.runtime = Runtime(
            settings=self.settings, database=self.database, keys=Keys(signing="k" * 40, vault=VAULT)
        )
        self.acme, self.globex = self.tenant("acme"), self.tenant("globex")
        self.blocker = self.worker()

    def tenant(self, name: str) -> int:
        with self.database.write() as session:
            made = Tenant(id=f"id-{name}", name=name, name_folded=name.casefold(), created_ms=0)
            session.add(made)
            session.flush()
            return made.key

    def worker(self) -> Blocker:
        return Blocker(self.runtime, clock=self.clock, manifest_of=lambda _kind: self.manifest)

    def work(self) -> int:
        return self.blocker.look()

    def work_for(self, **span: float) -> None:
        """Let time pass in steps, working at each: of a second, or of five where it is minutes."""
        passing = timedelta(**span)
        until, step = self.clock.now + passing, timedelta(seconds=1 if passing <= MINUTE else 5)
        while self.clock.now < until:
            self.clock.forward(seconds=min(step, until - self.clock.now).total_seconds())
            self.work()

    @property
    def manifest(self) -> Manifest:
        return Manifest(
            kind=ConnectionKind.OPNSENSE,
            title="Fake",
            abilities=frozenset({Ability.BLOCKING}),
            open_firewall=self._open,
        )

    def _open(self, endpoint: Endpoint, options: FirewallOptions) -> Firewall:
        return self.fakes[endpoint.urls[0]](endpoint, options)

    def firewall(self, name: str = "fw-1", *, tenant_key: int | None = None, own: str = OWN) -> FakeFirewall:
        """A connected firewall, with its fake."""
        number = len(self.fakes) + 30
        url = f"https://192.0.2.{number}"
        fake = FakeFirewall(own=[ip_network(own)])
        self.fakes[url] = fake
        tested = TestResult(TestCode.OK, "It works.", own_networks=(own,))
        draft = parse_draft(
            {
                "name": name,
                "kind": "opnsense",
                "url": url,
                "username": "key",
                "password": "first-secret",
            }
        )
        with self.database.write() as session:
            connections.add_connection(
                session,
                SYSTEM,
                draft,
                tenant_key=tenant_key or self.acme,
                vault=VAULT,
                tested=tested,
                now=self.clock(),
            )
        return fake

    def person(
        self, role: Role = Role.ANALYST, *, tenant_key: int | None = None, name: str | None = None
    ) -> Actor:
        key = tenant_key or self.acme
        return Actor(person_id=f"p-{name or role.value}-{key}", name=name or role.value, roles={key: role})

    def wish(self, address: str = "203.0.113.9", **changes: object) -> Wish:
        return replace(Wish(parse_network(address), "Brute force"), **changes)  # type: ignore[arg-type]

    def ask(
        self,
        address: str = "203.0.113.9",
        *,
        actor: Actor | None = None,
        tenant_key: int | None = None,
        **changes: object,
    ) -> str:
        """Ask for a block; returns its id."""
        with self.database.write() as session:
            return actions.request_block(
                session,
                actor or self.person(),
                self.wish(address, **changes),
                tenant_key=tenant_key or self.acme,
                settings=self.settings,
                now=self.clock(),
            ).block_id

    def lift(self, block_id: str, *, actor: Actor | None = None) -> None:
        with self.database.write() as session:
            actions.lift_block(session, actor or self.person(), block_id, why="done", now=self.clock())

    def block(self, block_id: str) -> Block:
        with self.database.read() as session:
            return queries.block_by_id(session, EVERYTHING, block_id)

    def journal(self, tenant_key: int | None = None) -> list[str]:
        """The kinds of what was journalled about blocks, in order."""
        from sqlalchemy import text

        query = text(
            "SELECT kind FROM journal_entry WHERE stream = :s AND kind LIKE 'block%' ORDER BY number"
        )
        with self.database.read() as session:
            stream = f"tenant:{tenant_key or self.acme}"
            return [kind for (kind,) in session.execute(query, {"s": stream})]
