"""People and high alerts for the tests of incidents, in the world of the alerts' tests."""

from datetime import datetime, timedelta

from lamis.alerts.types import Incoming, Stored
from lamis.base.scope import EVERYTHING, SYSTEM, Actor, Role
from lamis.incidents import queries
from lamis.incidents.actions import receive
from lamis.incidents.types import IncidentFilter, IncidentRow, Policy, State
from lamis.people.actions import add_person
from lamis.people.queries import actor_of
from lamis.storage.engine import Database
from tests.alerts.world import NOW, batch, document

QUIET = timedelta(hours=1)
ANY = IncidentFilter(states=frozenset(State))


def high(number: int = 1, **members: object) -> Incoming:
    """A document whose alert is of severity high, and of no group that tells addresses apart."""
    return document(number, **{"level": 8, "groups": ("sshd",), **members})


def take(
    database: Database,
    *documents: Incoming,
    connection: int = 1,
    now: datetime = NOW,
    policy: Policy | None = None,
) -> Stored:
    """Receive a page in a transaction of its own."""
    with database.ingest() as session:
        page = batch(documents, connection=connection)
        return receive(session, page, now=now, policy=policy or Policy(quiet=QUIET))


def rows(database: Database, wanted: IncidentFilter = ANY) -> list[IncidentRow]:
    """All incidents, by number."""
    with database.read() as session:
        found = queries.page(session, EVERYTHING, wanted, now=NOW, limit=500).incidents
    return sorted(found, key=lambda row: row.number)


def row(database: Database) -> IncidentRow:
    """The only incident."""
    (found,) = rows(database)
    return found


def person(database: Database, name: str, *, role: Role = Role.ANALYST, tenant_key: int = 1) -> Actor:
    """Somebody with a role in a tenant."""
    with database.write() as session:
        made = add_person(session, SYSTEM, name=name, tenant_key=tenant_key, role=role, now=NOW)
        session.flush()
        found = actor_of(session, made.person_id)
    assert found is not None
    return found


def later(**parts: float) -> datetime:
    return NOW + timedelta(**parts)
