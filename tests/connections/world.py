"""Two tenants and what it takes to make connections in them."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from lamis.base.scope import SYSTEM, Actor, Role
from lamis.base.secrets import Vault
from lamis.connections.actions import add_connection
from lamis.connections.drafts import ConnectionDraft, parse_draft
from lamis.connections.models import Connection
from lamis.connections.types import Generation, Identity, TestCode, TestResult
from lamis.tenants.models import Tenant

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
VAULT = Vault(["hVmXg0m2RduvAsHT0vP0cJXJ8A2hQ5o0Zt2mQ3yqKjo="])
PASSED = TestResult(
    TestCode.OK, "It works.", generation=Generation.V4, identity=Identity("cluster-1", "ab" * 32)
)
FAILED = TestResult(TestCode.AUTH_FAILED, "https://192.0.2.1:9200 does not accept this password.")


def tenant(session: Session, name: str) -> int:
    made = Tenant(id=f"id-{name}", name=name, name_folded=name.casefold(), created_ms=0)
    session.add(made)
    session.flush()
    return made.key


def draft(**changes: object) -> ConnectionDraft:
    values: dict[str, object] = {
        "name": "branch",
        "url": "https://192.0.2.1:9200",
        "username": "reader",
        "password": "first-secret",
        **changes,
    }
    return parse_draft(values)


def add(session: Session, tenant_key: int, actor: Actor = SYSTEM, **changes: object) -> Connection:
    return add_connection(
        session, actor, draft(**changes), tenant_key=tenant_key, vault=VAULT, tested=PASSED, now=NOON
    )


def person(tenant_key: int, role: Role) -> Actor:
    return Actor(person_id=f"a-{role}", name=role, roles={tenant_key: role})


def firewall_draft(**changes: object) -> ConnectionDraft:
    values: dict[str, object] = {
        "name": "fw-3",
        "kind": "opnsense",
        "url": "https://192.0.2.30",
        "username": "key",
        "password": "first-secret",
        **changes,
    }
    return parse_draft(values)


def add_firewall(session: Session, tenant_key: int, actor: Actor = SYSTEM, **changes: object) -> Connection:
    tested = TestResult(TestCode.OK, "It works.", own_networks=("198.51.100.1/32", "2001:db8::1/128"))
    return add_connection(
        session, actor, firewall_draft(**changes), tenant_key=tenant_key, vault=VAULT, tested=tested, now=NOON
    )
