"""A site with firewalls and people of every kind, for the pages of blocking."""

from dataclasses import dataclass
from functools import cached_property

from lamis.base.scope import SYSTEM, Role
from lamis.blocking import actions, queries
from lamis.blocking.networks import parse_network
from lamis.blocking.planning import Wish
from lamis.blocking.types import Block
from lamis.connections import actions as connections
from lamis.connections.drafts import parse_draft
from lamis.connections.types import TestCode, TestResult
from lamis.tenants.types import TenantInfo
from tests.web.site import NOW, Browser, Site


@dataclass(frozen=True)
class Blocked:
    """Acme with the firewall `fw-1`; browsers of an admin, an analyst, a viewer and a stranger's admin."""

    site: Site
    acme: TenantInfo
    globex: TenantInfo

    @cached_property
    def admin(self) -> Browser:
        return self._person("Anna", self.acme, Role.ADMIN)

    @cached_property
    def analyst(self) -> Browser:
        return self._person("Nils", self.acme, Role.ANALYST)

    @cached_property
    def viewer(self) -> Browser:
        return self._person("Vera", self.acme, Role.VIEWER)

    @cached_property
    def foreign(self) -> Browser:
        return self._person("Greg", self.globex, Role.ADMIN)

    def _person(self, name: str, tenant: TenantInfo, role: Role) -> Browser:
        return self.site.signed_in(self.site.person(name, roles={tenant.key: role}))

    def ask(self, address: str = "203.0.113.9", **changes: object) -> str:
        """A block that the system asked for."""
        wish = Wish(parse_network(address), "Brute force", is_confirmed=True, **changes)  # type: ignore[arg-type]
        with self.site.runtime.database.write() as session:
            return actions.request_block(
                session, SYSTEM, wish, tenant_key=self.acme.key, settings=self.site.runtime.settings, now=NOW
            ).block_id

    def block(self, block_id: str) -> Block:
        with self.site.runtime.database.read() as session:
            return queries.block_by_id(session, SYSTEM.scope, block_id)


def blocked_site(site: Site) -> Blocked:
    site.person("Olga", is_operator=True)
    acme, globex = site.tenant("Acme"), site.tenant("Globex")
    values = {"name": "fw-1", "kind": "opnsense", "url": "https://192.0.2.30", "username": "key"}
    draft = parse_draft(values | {"password": "secret-1"})
    tested = TestResult(TestCode.OK, "It works.", own_networks=("198.51.100.1/32",))
    with site.runtime.database.write() as session:
        connections.add_connection(
            session,
            SYSTEM,
            draft,
            tenant_key=acme.key,
            vault=site.runtime.keys.vault,
            tested=tested,
            now=NOW,
        )
    return Blocked(site, acme, globex)
