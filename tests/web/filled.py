"""Sources in the world of the pages' tests."""

from lamis.base.clock import utc_now
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.connections.actions import add_connection
from lamis.connections.drafts import parse_draft
from lamis.connections.models import Connection
from lamis.connections.types import TestCode, TestResult
from lamis.simulators.local import LocalIndexer
from lamis.tenants.queries import tenant_by_name
from tests.web.site import Site


def change(site: Site, source_id: str, **values: object) -> None:
    """Set columns of a source as the collector might."""
    with site.runtime.database.write() as session:
        row = session.query(Connection).filter_by(id=source_id).one()
        for name, value in values.items():
            setattr(row, name, value)


def typed(indexer: LocalIndexer, name: str, **values: str) -> dict[str, str]:
    """What somebody types to connect the indexer."""
    return {
        "name": name,
        "urls": indexer.url,
        "username": indexer.username,
        "password": indexer.password,
        "trust": "ca",
        "ca_pem": indexer.ca_pem,
    } | values


def add_source(site: Site, indexer: LocalIndexer, name: str, *, tenant: str = "Acme") -> str:
    """A stored source with the secrets of the indexer; its tenant is made if new."""
    with site.runtime.database.read() as session:
        found = tenant_by_name(session, EVERYTHING, tenant)
    key = (found or site.tenant(tenant)).key
    with site.runtime.database.write() as session:
        return add_connection(
            session,
            SYSTEM,
            parse_draft(typed(indexer, name)),
            tenant_key=key,
            vault=site.runtime.keys.vault,
            tested=TestResult(TestCode.OK, "It answers."),
            now=utc_now(),
        ).id
