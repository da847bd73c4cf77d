"""Firewalls are looked after: tested in their time, by one worker, and never changed."""

import threading

import pytest

from lamis.base.clock import to_ms
from lamis.base.errors import AuthFailed, Unreachable
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.connections.actions import add_connection, edit_connection, set_active
from lamis.connections.queries import firewall_row
from lamis.connections.queries_firewalls import firewalls
from lamis.connections.types import HealthWord, TestCode, TestResult
from lamis.connections.types_firewall import FirewallInfo
from lamis.tasks.queries import all_chores
from lamis.workers.chores import FIREWALLS, Chores
from tests.connections.world import firewall_draft
from tests.engines.waiting import PATIENCE_S
from tests.fakes.firewall import FakeFirewall
from tests.fakes.vendor import vendor_of
from tests.workers.world import World

PASSED = TestResult(TestCode.OK, "It works.", own_networks=("198.51.100.1/32",))


@pytest.fixture
def fake() -> FakeFirewall:
    return FakeFirewall()


@pytest.fixture
def chores(world: World, fake: FakeFirewall) -> Chores:
    """Only the chore of firewalls is ever due."""
    found = Chores(world.runtime, clock=world.clock, manifest_of=lambda _kind: vendor_of(fake))
    found.start()
    found._blocker.stop()
    found._chores = {
        name: (run if name == FIREWALLS else lambda _work: None) for name, run in found._chores.items()
    }
    found.look()
    return found


def add(world: World, *, tested: TestResult | None = PASSED, **changes: object) -> str:
    with world.database.write() as session:
        return add_connection(
            session,
            SYSTEM,
            firewall_draft(**changes),
            tenant_key=world.tenant_key,
            vault=world.runtime.keys.vault,
            tested=tested,
            now=world.clock(),
        ).id


def shown(world: World) -> FirewallInfo:
    with world.database.read() as session:
        (found,) = firewalls(session, EVERYTHING, now=world.clock())
    return found


def times_tested(fake: FakeFirewall) -> int:
    return [name for name, _ in fake.calls].count("test")


def test_one_that_was_never_tested_is_tested_at_the_next_turn(
    world: World, chores: Chores, fake: FakeFirewall
) -> None:
    add(world, tested=None)
    assert shown(world).health.word is HealthWord.WAITING
    world.clock.forward(minutes=1)
    chores.look()
    assert (shown(world).health.word, shown(world).last_good_ms) == (HealthWord.GOOD, to_ms(world.clock()))
    assert {name for name, _ in fake.calls} == {"test", "own_networks"}
    assert fake.opened == fake.closed == 1


@pytest.mark.slow
def test_each_is_tested_every_five_minutes_and_its_own_addresses_each_hour(
    world: World, chores: Chores, fake: FakeFirewall
) -> None:
    add(world)
    for _ in range(60):
        world.clock.forward(minutes=1)
        chores.look()
    assert times_tested(fake) == 12
    assert [name for name, _ in fake.calls].count("own_networks") == 1


@pytest.mark.slow
def test_a_failure_is_told_with_how_often_and_since_when(
    world: World, chores: Chores, fake: FakeFirewall
) -> None:
    add(world)
    fake.failure = Unreachable("192.0.2.30 cannot be reached.", code="unreachable")
    world.clock.forward(minutes=5)
    since = world.clock()
    for _ in range(3):
        chores.look()
        world.clock.forward(minutes=1)
    found = shown(world)
    assert (found.failures, found.failing_since_ms) == (3, to_ms(since))
    assert found.health.sentence == "192.0.2.30 cannot be reached."
    fake.failure = None
    chores.look()
    assert (shown(world).failures, shown(world).health.word) == (0, HealthWord.GOOD)


@pytest.mark.slow
def test_a_refused_key_is_not_hammered(world: World, chores: Chores, fake: FakeFirewall) -> None:
    add(world)
    fake.failure = AuthFailed("It refuses the key.", code="auth_failed")
    for _ in range(20):
        world.clock.forward(minutes=1)
        chores.look()
    assert times_tested(fake) == 4


def test_nothing_is_made_by_looking(world: World, chores: Chores, fake: FakeFirewall) -> None:
    add(world, may_create=True)
    fake.is_prepared = False
    world.clock.forward(minutes=5)
    chores.look()
    assert (fake.is_prepared, shown(world).error_code) == (False, "alias_missing")


def test_paused_ones_are_left_alone(world: World, chores: Chores, fake: FakeFirewall) -> None:
    firewall = add(world)
    with world.database.write() as session:
        set_active(session, SYSTEM, firewall, is_active=False, now=world.clock())
    world.clock.forward(hours=2)
    chores.look()
    assert fake.calls == []


def test_what_was_learned_of_old_settings_is_dropped(
    world: World, chores: Chores, fake: FakeFirewall
) -> None:
    firewall = add(world)

    def edit(name: str) -> None:
        if name == "test":
            fake.before = lambda _name: None
            draft = firewall_draft(password="", name="renamed")
            with world.database.write() as session:
                edit_connection(
                    session,
                    SYSTEM,
                    firewall,
                    draft,
                    vault=world.runtime.keys.vault,
                    tested=PASSED,
                    now=world.clock(),
                )
            raise Unreachable("Slow.", code="timeout")

    fake.before = edit
    world.clock.forward(minutes=5)
    chores.look()
    assert (shown(world).name, shown(world).error_code) == ("renamed", None)


def test_a_secret_that_cannot_be_read_is_a_failure_of_that_firewall(
    world: World, chores: Chores, fake: FakeFirewall
) -> None:
    firewall = add(world)
    with world.database.write() as session:
        firewall_row(session, EVERYTHING, firewall).sealed = "not ours"
    world.clock.forward(minutes=5)
    chores.look()
    assert (shown(world).error_code, fake.opened) == ("secret_unreadable", 0)


def test_two_workers_at_once_test_it_once(world: World, chores: Chores, fake: FakeFirewall) -> None:
    add(world)
    entered, leave = threading.Event(), threading.Event()

    def wait(name: str) -> None:
        if name == "test":
            entered.set()
            assert leave.wait(PATIENCE_S)

    fake.before = wait
    world.clock.forward(minutes=5)
    first = threading.Thread(target=chores.look)
    first.start()
    assert entered.wait(PATIENCE_S)
    chores.look()
    leave.set()
    first.join(PATIENCE_S)
    assert times_tested(fake) == 1
    with world.database.read() as session:
        (chore,) = [each for each in all_chores(session) if each.name == FIREWALLS]
    assert chore.error is None


def test_a_slow_one_does_not_hold_up_the_others(world: World, chores: Chores, fake: FakeFirewall) -> None:
    add(world, name="slow", url="https://192.0.2.31")
    add(world, name="quick")
    together = threading.Barrier(2)

    def meet(name: str) -> None:
        if name == "test":
            together.wait(PATIENCE_S)

    fake.before = meet
    world.clock.forward(minutes=5)
    chores.look()
    with world.database.read() as session:
        found = firewalls(session, EVERYTHING, now=world.clock())
    assert [each.last_try_ms for each in found] == [to_ms(world.clock())] * 2
