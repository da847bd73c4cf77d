"""Two boxes that are one firewall, and one of them away."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from ipaddress import ip_network

import pytest

from lamis.base.errors import ConnectorError
from lamis.base.scope import EVERYTHING
from lamis.blocking.types import BlockState, Firewall, FirewallOptions, Network
from lamis.connections.queries_firewalls import active_firewalls
from lamis.connections.types import Endpoint, TestResult
from lamis.connectors.types import Ability, Manifest
from lamis.storage.engine import Database
from lamis.workers.blocking import Blocker
from tests.blocking.world import World
from tests.fakes.firewall import FakeFirewall


class Pair:
    """Two fakes as one firewall: both are asked before the first failure is raised."""

    def __init__(self, *boxes: FakeFirewall) -> None:
        self.boxes = boxes

    def _each(self, ask: Callable[[FakeFirewall], object], *, a_no_will_do: bool = False) -> list[object]:
        found, failures = [], []
        for box in self.boxes:
            try:
                found.append(ask(box))
            except ConnectorError as error:
                failures.append(error)
        if failures and not (a_no_will_do and False in found):
            raise failures[0]
        return found

    def test(self, *, now: datetime) -> TestResult:
        return self.boxes[0].test(now=now)

    def prepare(self) -> list[str]:
        return []

    def add(self, entry: Network) -> None:
        self._each(lambda box: box.add(entry))

    def add_many(self, entries: Iterable[Network]) -> None:
        wanted = list(entries)
        self._each(lambda box: box.add_many(wanted))

    def remove(self, entry: Network) -> None:
        self._each(lambda box: box.remove(entry))

    def remove_many(self, entries: Iterable[Network]) -> None:
        unwanted = list(entries)
        self._each(lambda box: box.remove_many(unwanted))

    def holds(self, entry: Network) -> bool:
        return all(self._each(lambda box: box.holds(entry), a_no_will_do=True))

    def entries(self) -> frozenset[Network]:
        self._each(lambda box: box.entries())
        return frozenset.intersection(*(box.entries() for box in self.boxes))

    def end_states(self, entry: Network) -> int:
        return len(self._each(lambda box: box.end_states(entry)))

    def own_networks(self) -> Sequence[Network]:
        return self.boxes[0].own_networks()

    def close(self) -> None:
        self._each(lambda box: box.close())


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.fixture
def boxes(world: World) -> tuple[FakeFirewall, FakeFirewall]:
    first, second = world.firewall(), FakeFirewall()
    with world.database.write() as session:
        row = active_firewalls(session, EVERYTHING)[0].connection
        row.urls = [*row.urls, "https://192.0.2.200"]

    def opened(endpoint: Endpoint, options: FirewallOptions) -> Firewall:
        return Pair(first, second)

    vendor = Manifest(world.manifest.kind, "Pair", frozenset({Ability.BLOCKING}), open_firewall=opened)
    world.blocker = Blocker(world.runtime, clock=world.clock, manifest_of=lambda _kind: vendor)
    return first, second


@pytest.mark.parametrize("n", [1, 3, pytest.param(8, marks=pytest.mark.slow)])
def test_the_box_that_answers_drops_at_once_what_the_other_is_told_later(
    world: World, boxes: tuple[FakeFirewall, FakeFirewall], n: int
) -> None:
    first, second = boxes
    first.is_down = True
    ids = [world.ask(f"203.0.113.{last}") for last in range(n)]
    world.work()
    wanted = {ip_network(f"203.0.113.{last}") for last in range(n)}
    assert second.table == wanted
    assert {world.block(each).state for each in ids} == {BlockState.APPLYING}
    first.is_down = False
    world.work_for(seconds=61)
    assert first.table == wanted
    assert {world.block(each).state for each in ids} == {BlockState.ACTIVE}


def test_the_box_that_answers_lets_pass_at_once_what_the_other_is_told_later(
    world: World, boxes: tuple[FakeFirewall, FakeFirewall]
) -> None:
    first, second = boxes
    second.put("203.0.113.200")
    ids = [world.ask(f"203.0.113.{last}") for last in range(4)]
    world.work()
    first.is_down = True
    for each in ids:
        world.lift(each)
    world.work()
    assert second.table == {ip_network("203.0.113.200")}
    assert {world.block(each).state for each in ids} == {BlockState.LIFTING}
    first.is_down = False
    world.work_for(seconds=61)
    assert first.table == set()
    assert {world.block(each).state for each in ids} == {BlockState.LIFTED}


def test_what_stood_on_the_box_that_answers_is_still_not_ours(
    world: World, boxes: tuple[FakeFirewall, FakeFirewall]
) -> None:
    first, second = boxes
    for box in boxes:
        box.put("203.0.113.9")
    first.is_down = True
    block_id = world.ask()
    world.work()
    first.is_down = False
    world.work_for(seconds=61)
    assert world.block(block_id).state is BlockState.ACTIVE
    world.lift(block_id)
    world.work()
    assert first.table == second.table == {ip_network("203.0.113.9")}
