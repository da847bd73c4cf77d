"""Findings of our own: silence and lost agents, told once."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from lamis.base.scope import EVERYTHING
from lamis.connections import queries
from lamis.connections.types import HealthWord
from lamis.simulators.local import LocalIndexer
from lamis.workers import findings as workers_findings
from lamis.workers.chores import Chores
from tests.clock import NOON
from tests.workers.world import World, document


def findings(world: World) -> list[str]:
    with world.database.read() as session:
        rows = session.execute(text("SELECT title FROM alert WHERE is_finding ORDER BY stored_ms, key"))
        return [row[0] for row in rows]


def states(world: World) -> list[str]:
    with world.database.read() as session:
        rows = session.execute(text("SELECT state FROM incident WHERE rule = 'lamis:silent' ORDER BY key"))
        return [row[0] for row in rows]


def look(world: World) -> None:
    chores = Chores(world.runtime, clock=world.clock)
    chores.start()
    world.clock.forward(seconds=61)
    chores.look()


@pytest.mark.slow
def test_a_source_that_falls_silent_is_one_finding_until_it_speaks(
    world: World, indexer: LocalIndexer
) -> None:
    for minutes in range(0, 60 * 30, 5):
        indexer.add(document(NOON - timedelta(minutes=minutes), minutes))
    source = world.connect(indexer, backfill="7d")
    world.poll()
    look(world)
    assert findings(world) == []
    for _ in range(4):
        world.poll(minutes=6)
        look(world)
    (title,) = findings(world)
    assert title.startswith("branch is silent: no new alert for ")
    with world.database.read() as session:
        health = queries.source_by_id(session, EVERYTHING, source, now=world.clock()).health
    assert health.word is HealthWord.QUIET
    indexer.add(document(world.clock.now, 9999))
    world.poll()
    with world.database.read() as session:
        assert queries.source_by_id(session, EVERYTHING, source, now=world.clock()).health.is_good
    assert states(world) == ["open"]
    look(world)
    assert states(world) == ["closed"]
    for _ in range(4):
        world.poll(minutes=6)
        look(world)
    assert len(findings(world)) == 2


@pytest.mark.slow
def test_a_source_too_busy_to_sample_a_day_of_it_falls_silent_like_any_other(
    world: World, indexer: LocalIndexer
) -> None:
    for minutes in range(0, 60 * 30, 5):
        indexer.add(document(NOON - timedelta(minutes=minutes), minutes))
    world.connect(indexer, backfill="7d")
    world.poll()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers_findings, "SAMPLE", 120)  # ten hours of it
        look(world)
        assert findings(world) == []
        for _ in range(4):
            world.poll(minutes=6)
            look(world)
    assert len(findings(world)) == 1


@pytest.mark.slow
def test_a_source_that_fails_is_not_silent(world: World, indexer: LocalIndexer) -> None:
    for minutes in range(0, 60 * 30, 5):
        indexer.add(document(NOON - timedelta(minutes=minutes), minutes))
    world.connect(indexer, backfill="7d")
    world.poll()
    indexer.stop()
    for _ in range(6):
        world.poll(minutes=10)
        look(world)
    assert findings(world) == []


def lost(rule: str, name: str, number: int, moment: timedelta) -> bytes:
    rule_of = {"id": rule, "level": 3, "description": "x"}
    return document(NOON + moment, number, rule=rule_of, agent={"id": name, "name": name})


def test_three_lost_agents_are_one_finding_that_lists_them(world: World, indexer: LocalIndexer) -> None:
    world.connect(indexer)
    for number in range(40):
        indexer.add(lost("5710", f"agent-{number}", number, timedelta(minutes=-30)))
    world.poll()
    for number in range(2):
        indexer.add(lost("504", f"agent-{number}", 100 + number, timedelta(seconds=5)))
    world.poll()
    look(world)
    assert findings(world) == []
    indexer.add(lost("506", "agent-7", 200, timedelta(seconds=65)))
    world.poll()
    look(world)
    look(world)
    assert findings(world) == ["branch: 3 agents lost within 15 minutes"]


def test_a_flooded_queue_is_a_finding(world: World, indexer: LocalIndexer) -> None:
    world.connect(indexer)
    indexer.add(lost("203", "agent-1", 1, timedelta()))
    world.poll()
    look(world)
    assert findings(world) == ["branch: 1 agent queues flooded within 15 minutes"]
