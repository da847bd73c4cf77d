"""Firewalls in the world of the pages' tests."""

from lamis.base.clock import utc_now
from lamis.base.scope import SYSTEM
from lamis.connections.actions import add_connection
from lamis.connections.types import TestCode, TestResult
from lamis.tenants.types import TenantInfo
from tests.connections.world import firewall_draft
from tests.web.site import Site

TYPED = {
    "name": "fw-3",
    "urls": "https://192.0.2.30",
    "username": "the-key",
    "password": "s3cr3t-of-the-box",
    "trust": "system",
    "alias": "LAMIS_block",
}


def add_firewall(site: Site, tenant: TenantInfo, **changes: object) -> str:
    """A stored firewall that passed its test; returns its id."""
    with site.runtime.database.write() as session:
        return add_connection(
            session,
            SYSTEM,
            firewall_draft(**changes),
            tenant_key=tenant.key,
            vault=site.runtime.keys.vault,
            tested=TestResult(TestCode.OK, "It works.", own_networks=("198.51.100.1/32",)),
            now=utc_now(),
        ).id
