"""Channels and deliveries for the tests of their pages."""

import random

from lamis.base.ids import new_id
from lamis.base.scope import SYSTEM, Role
from lamis.delivery import actions, noticing, outbox
from lamis.delivery.drafts import parse_channel
from lamis.delivery.types import Outcome
from lamis.journal.actions import record, tenant_stream
from lamis.tenants.types import TenantInfo
from tests.web.site import NOW, Browser, Site

DICE = random.Random(3)
URL = "https://hooks.example/in?token=s3cret"
FAILED = Outcome(
    is_delivered=False, status=404, answer="<b>inside</b>", error="It answered 404.", is_permanent=True
)


def add_channel(site: Site, tenant: TenantInfo, **values: object) -> str:
    """A webhook, unless told otherwise; returns its id."""
    draft = parse_channel({"name": "night watch", "kind": "webhook", "url": URL, **values})
    with site.runtime.database.write() as session:
        channel_id, _ = actions.add_channel(
            session, SYSTEM, draft, tenant_key=tenant.key, vault=site.runtime.keys.vault, now=NOW
        )
    return channel_id


def deliver(site: Site, tenant: TenantInfo, outcome: Outcome = FAILED) -> str:
    """An incident's notification that was tried once; returns the id of its delivery."""
    with site.runtime.database.write() as session:
        record(
            session,
            tenant_stream(tenant.key),
            kind="incident.opened",
            actor="system",
            subject={"incident": new_id(), "severity": "critical"},
            now=NOW,
        )
        noticing.notice(session, now=NOW, public_url=None)
        claimed = outbox.claim_next(session, now=NOW)
        assert claimed is not None
        outbox.record(session, claimed, outcome, now=NOW, dice=DICE)
    return claimed.notice.id


def people(site: Site, tenant: TenantInfo, other: TenantInfo) -> dict[str, Browser]:
    """One browser for each kind of caller: admin, analyst and viewer of `tenant`, admin of `other`."""
    return {
        "admin": site.signed_in(site.person("Adam", roles={tenant.key: Role.ADMIN})),
        "analyst": site.signed_in(site.person("Nils", roles={tenant.key: Role.ANALYST})),
        "viewer": site.signed_in(site.person("Vera", roles={tenant.key: Role.VIEWER})),
        "other": site.signed_in(site.person("Greg", roles={other.key: Role.ADMIN})),
    }
