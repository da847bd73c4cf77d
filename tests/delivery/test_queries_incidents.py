"""What notifications tell of incidents, and which say nothing."""

from lamis.alerts.types import Severity
from lamis.base.clock import HOUR_MS, to_ms
from lamis.base.ids import new_id
from lamis.base.scope import EVERYTHING, Scope
from lamis.connections.models import Connection
from lamis.delivery import queries_incidents
from lamis.delivery.rules import DELIVERIES_RULE
from lamis.delivery.types import DeliveryState
from lamis.incidents.models import Incident
from tests.delivery.world import NEVER, World


def incident(world: World, number: int = 7, **changes: object) -> str:
    """An incident's row; returns its id."""
    values: dict[str, object] = {
        "key": number,
        "id": new_id(),
        "tenant_key": world.acme.key,
        "fingerprint": f"f{number}",
        "title": "sshd: brute force",
        "severity": 4,
        "state": "open",
        "count": 12,
        "first_ms": to_ms(world.now) - 60_000,
        "last_ms": to_ms(world.now),
        "opened_ms": to_ms(world.now) - 60_000,
        "device": "web-1",
        "source_address": "203.0.113.9",
        **changes,
    }
    with world.database.write() as session:
        session.add(Incident(**values))
    return str(values["id"])


def test_an_incident_is_told_with_all_that_is_known(world: World) -> None:
    incident_id = incident(world)
    world.add()
    world.tell(incident_id=incident_id)
    world.notice()
    (delivery,) = world.deliveries()
    assert delivery.title == "Incident #7 opened: sshd: brute force"
    assert delivery.severity is Severity.CRITICAL
    data = delivery.body["data"]
    assert isinstance(data, dict)
    assert (data["number"], data["device"], data["source_address"], data["count"]) == (
        7,
        "web-1",
        "203.0.113.9",
        12,
    )


def test_a_muted_incident_sends_nothing_and_the_log_says_so(world: World) -> None:
    incident_id = incident(world, muted_until_ms=to_ms(world.now) + 1)
    world.add(per_hour=1)
    world.tell(incident_id=incident_id)
    world.tell()
    world.notice()
    assert [each.state for each in world.deliveries()] == [DeliveryState.WAITING, DeliveryState.MUTED]


def test_muting_ends_by_itself(world: World) -> None:
    incident_id = incident(world, muted_until_ms=to_ms(world.now))
    world.add()
    world.tell(incident_id=incident_id)
    world.notice()
    assert [each.state for each in world.deliveries()] == [DeliveryState.WAITING]


def test_a_failing_channel_is_not_told_that_channels_fail(world: World) -> None:
    failing, other = world.add(name="ill"), None
    world.tell()
    world.notice()
    world.attempt(NEVER)
    other = world.add(name="well")
    world.tell(incident_id=incident(world, rule=DELIVERIES_RULE))
    assert world.notice() == 1
    assert world.deliveries()[0].channel_id == other.id
    assert failing.id != other.id


def test_facts_stay_in_their_tenant_and_scope(world: World) -> None:
    incident_id = incident(world)
    with world.database.read() as session:

        def found(scope: Scope, tenant_key: int) -> dict[str, object]:
            return dict(queries_incidents.facts(session, scope, tenant_key, [incident_id, "none"]))

        assert set(found(EVERYTHING, world.acme.key)) == {incident_id}
        assert found(EVERYTHING, world.globex.key) == {}
        assert found(Scope(frozenset({world.globex.key})), world.acme.key) == {}


def test_what_a_back_fill_brings_is_told_in_one_summary(world: World) -> None:
    world.add()
    with world.database.write() as session:
        session.add(source(world))
    old = to_ms(world.now) - HOUR_MS
    for number, last_ms in ((1, old), (2, old), (3, to_ms(world.now))):
        world.tell(incident_id=incident(world, number, last_ms=last_ms), connection="source-1")
    assert world.notice() == 3
    told = [(each.state, each.body["data"]) for each in world.deliveries()]
    assert [state for state, _ in told] == [
        DeliveryState.WAITING,
        DeliveryState.FOLDED,
        DeliveryState.FOLDED,
    ]
    world.forward(hours=1)
    assert world.notice() == 1
    assert world.deliveries()[0].title == "2 more incidents in the last hour at Acme"


def test_what_came_while_a_known_source_was_not_read_is_told_as_ever(world: World) -> None:
    world.add()
    with world.database.write() as session:
        session.add(source(world))
    world.forward(hours=9)
    night = to_ms(world.now) - 5 * HOUR_MS
    world.tell(incident_id=incident(world, last_ms=night), connection="source-1")
    world.notice()
    assert [each.state for each in world.deliveries()] == [DeliveryState.WAITING]


def test_when_a_source_was_connected_is_told_of_a_tenant_in_scope(world: World) -> None:
    with world.database.write() as session:
        session.add(source(world))
    with world.database.read() as session:
        key, ask = world.acme.key, queries_incidents.connected_ms
        assert ask(session, EVERYTHING, key, ["source-1", "none"]) == {"source-1": to_ms(world.now)}
        assert ask(session, Scope(frozenset({world.globex.key})), key, ["source-1"]) == {}


def source(world: World) -> Connection:
    return Connection(
        id="source-1",
        tenant_key=world.acme.key,
        kind="wazuh",
        name="Source",
        name_folded="source",
        urls=["https://192.0.2.1:9200"],
        created_ms=to_ms(world.now),
        changed_ms=to_ms(world.now),
    )
