"""Tests of a channel, as every door sends them."""

from datetime import datetime

import pytest

from lamis.access.notifying import send_test
from lamis.base.clock import utc_now
from lamis.base.errors import NotFound
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.delivery import actions, queries_log
from lamis.delivery.drafts import parse_channel
from lamis.delivery.types import DeliveryState, Notice, Outcome, Target
from lamis.storage.engine import Database
from lamis.tenants.actions import create_tenant
from tests.web.site import make_runtime


@pytest.mark.parametrize("is_delivered", [True, False])
def test_a_test_is_sent_now_and_stands_in_the_log(database: Database, is_delivered: bool) -> None:
    runtime = make_runtime(database)
    draft = parse_channel({"name": "hook", "kind": "webhook", "url": "https://hooks.example/"})
    with database.write() as session:
        tenant = create_tenant(session, SYSTEM, "Acme", now=utc_now())
        channel_id, _ = actions.add_channel(
            session, SYSTEM, draft, tenant_key=tenant.key, vault=runtime.keys.vault, now=utc_now()
        )
    sent: list[Notice] = []

    def by(_target: Target, notice: Notice, _now: datetime) -> Outcome:
        sent.append(notice)
        return Outcome(is_delivered=is_delivered, status=204 if is_delivered else 503, error="")

    delivery_id, outcome = send_test(runtime, SYSTEM, channel_id, by=by)
    assert outcome.is_delivered is is_delivered
    assert [notice.id for notice in sent] == [delivery_id]
    with database.read() as session:
        found = queries_log.delivery_by_id(session, EVERYTHING, delivery_id)
    assert found.state is (DeliveryState.DELIVERED if is_delivered else DeliveryState.FAILED)
    with pytest.raises(NotFound):
        send_test(runtime, SYSTEM, "none", by=by)
