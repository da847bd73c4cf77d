"""The demo's channels."""

from lamis.access.notifying import send_test
from lamis.app.demo_channels import CHANNELS, prepare_channels
from lamis.base.clock import utc_now
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.delivery.queries import channels
from lamis.delivery.queries_log import deliveries
from lamis.simulators.receiver import Receiver
from lamis.storage.engine import Database
from lamis.tenants.actions import create_tenant
from tests.web.site import make_runtime


def test_channels_are_made_once_and_follow_the_receiver(database: Database) -> None:
    runtime = make_runtime(database)
    with database.write() as session:
        for name in ("Acme", "Globex"):
            create_tenant(session, SYSTEM, name, now=utc_now())
    prepare_channels(runtime, "http://127.0.0.1:9")
    with Receiver() as receiver:
        prepare_channels(runtime, receiver.url)
        with database.read() as session:
            found = channels(session, EVERYTHING)
        assert {each.name: each.tenant_name for each in found} == {
            name: tenant for name, (tenant, _) in CHANNELS.items()
        }
        with database.read() as session:
            assert {each.title for each in deliveries(session, EVERYTHING)} == {
                f"Test of {name}" for name in CHANNELS
            }
        taken = {each.name: send_test(runtime, SYSTEM, each.id)[1].is_delivered for each in found}
    assert taken == {"night watch": True, "old pager": False}


def test_without_its_tenants_there_is_nothing_to_make(database: Database) -> None:
    runtime = make_runtime(database)
    prepare_channels(runtime, "http://127.0.0.1:9")
    with database.read() as session:
        assert channels(session, EVERYTHING) == []
