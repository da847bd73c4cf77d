"""Importing as a task: resumed after a kill, done by one worker, with the rights of the moment."""

import threading
from collections.abc import Callable

import orjson
import pytest
from sqlalchemy import text

from lamis.base.clock import iso, utc_now
from lamis.base.scope import EVERYTHING, SYSTEM, Role
from lamis.connections.queries import sources
from lamis.people import actions as people
from lamis.people.queries import actor_of
from lamis.simulators.local import LocalIndexer
from lamis.tasks import actions as tasks
from lamis.tasks import queries as task_queries
from lamis.tasks.types import ClaimedTask, TaskInfo, TaskState
from lamis.workers.chores import Chores
from lamis.workers.importing import import_sources
from lamis.workers.work import Unfinished, Work
from tests.engines.waiting import PATIENCE_S, wait_until
from tests.workers.world import World


@pytest.fixture
def person(world: World) -> str:
    """An operator."""
    with world.database.write() as session:
        link = people.add_person(session, SYSTEM, name="Adam", is_operator=True, now=world.clock())
    return link.person_id


@pytest.fixture
def filled(indexer: LocalIndexer) -> LocalIndexer:
    indexer.add({"@timestamp": iso(utc_now()), "rule": {"id": "5710", "level": 5}, "id": "1.1"})
    return indexer


def entry(indexer: LocalIndexer, name: str, **values: object) -> dict[str, object]:
    """An entry; each collects a pattern of its own, for the same source twice is refused."""
    return {
        "name": name,
        "tenant": "Acme",
        "url": indexer.url,
        "username": indexer.username,
        "password": indexer.password,
        "ca_file": indexer.ca_pem,
        "index_pattern": f"wazuh-alerts-*,{name}-*",
    } | values


def ask(world: World, person: str, *entries: dict[str, object], is_dry: bool = False) -> str:
    sealed = world.runtime.keys.vault.seal(orjson.dumps({"connections": entries}).decode())
    subject = {"sealed": sealed, "called": "The text", "is_dry": is_dry, "entries": []}
    with world.database.write() as session:
        actor = actor_of(session, person)
        assert actor
        return tasks.ask(session, actor, kind="import", tenant_key=None, subject=subject, now=world.clock())


def task(world: World, task_id: str) -> TaskInfo:
    with world.database.read() as session:
        return task_queries.task_by_id(session, EVERYTHING, task_id)


def codes(world: World, task_id: str) -> dict[str, str]:
    results = task(world, task_id).subject.get("results", {})
    assert isinstance(results, dict)
    return {number: result["code"] for number, result in results.items()}


def names(world: World) -> list[str]:
    with world.database.read() as session:
        return sorted(source.name for source in sources(session, EVERYTHING, now=world.clock()))


def chores_with(world: World, run: Callable[[Work, ClaimedTask], str] = import_sources) -> Chores:
    chores = Chores(world.runtime, clock=world.clock)
    chores._tasks = {"import": run}
    return chores


def test_the_good_are_stored_the_others_named_and_no_secret_stays(
    world: World, filled: LocalIndexer, person: str
) -> None:
    task_id = ask(
        world,
        person,
        entry(filled, "good"),
        entry(filled, "bad", password="wrong"),
        entry(filled, "odd", url="ftp://x"),
        entry(filled, "strange", ca_file=None),
    )
    assert Chores(world.runtime, clock=world.clock).look() == 1
    found = task(world, task_id)
    assert (found.state, found.done, found.total) == (TaskState.DONE, 4, 4)
    assert codes(world, task_id) == {"0": "ok", "1": "auth_failed", "2": "invalid", "3": "tls_not_trusted"}
    assert "SHA-256 fingerprint" in found.subject["results"]["3"]["message"]  # type: ignore[index]
    assert names(world) == ["good"]
    assert "sealed" not in found.subject
    with world.database.read() as session:
        who = session.execute(text("SELECT actor FROM journal_entry WHERE kind LIKE 'connection%'")).scalars()
        assert set(who) == {person}


def test_a_dry_run_stores_nothing(world: World, filled: LocalIndexer, person: str) -> None:
    task_id = ask(world, person, entry(filled, "good"), is_dry=True)
    chores_with(world).look()
    assert codes(world, task_id) == {"0": "ok"}
    assert names(world) == []


@pytest.mark.slow
def test_an_import_goes_on_after_a_kill_and_stores_nothing_twice(
    world: World, filled: LocalIndexer, person: str
) -> None:
    numbers = range(12)
    task_id = ask(world, person, *(entry(filled, f"source-{number:02}") for number in numbers))

    def killed(work: Work, claimed: ClaimedTask) -> str:
        def once(done: int, total: int | None) -> None:
            if codes(world, task_id):
                raise Unfinished
            work.go_on(done, total)

        return import_sources(Work(work.runtime, work.clock, work.manifest_of, once), claimed)

    assert chores_with(world, killed).look() == 0
    assert task(world, task_id).state is TaskState.RUNNING
    before = codes(world, task_id)
    assert before

    def is_taken_up() -> bool:
        world.clock.forward(seconds=31)  # tests that were under way may have held on to it a little longer
        return chores_with(world).look() == 1

    wait_until(is_taken_up, what="somebody goes on")
    assert set(codes(world, task_id).values()) == {"ok"}
    assert names(world) == [f"source-{number:02}" for number in numbers]
    assert task(world, task_id).done == 12


def test_of_two_workers_at_once_one_imports(world: World, filled: LocalIndexer, person: str) -> None:
    task_id = ask(world, person, *(entry(filled, f"source-{number}") for number in range(3)))
    together = threading.Barrier(2)

    def look() -> None:
        together.wait(PATIENCE_S)
        chores_with(world).look()

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert codes(world, task_id) == {"0": "ok", "1": "ok", "2": "ok"}
    assert len(names(world)) == 3


def test_what_an_overtaken_worker_found_is_not_stored(
    world: World, filled: LocalIndexer, person: str
) -> None:
    task_id = ask(world, person, entry(filled, "good"))
    with world.database.write() as session:
        old = tasks.claim_task(session, now=world.clock())
    assert old
    world.clock.forward(seconds=31)

    def overtaken(work: Work, claimed: ClaimedTask) -> str:
        return import_sources(Work(work.runtime, work.clock, work.manifest_of, lambda *_: None), old)

    assert chores_with(world, overtaken).look() == 0
    assert (codes(world, task_id), names(world)) == ({}, [])


@pytest.mark.parametrize("how", ["removed", "a viewer now"])
def test_who_lost_the_right_imports_nothing(
    world: World, filled: LocalIndexer, person: str, how: str
) -> None:
    with world.database.write() as session:
        people.add_person(session, SYSTEM, name="Olga", is_operator=True, now=world.clock())
    task_id = ask(world, person, entry(filled, "good"))
    with world.database.write() as session:
        if how == "removed":
            people.remove_person(session, SYSTEM, person, now=world.clock())
        else:
            people.unmake_operator(session, SYSTEM, person, now=world.clock())
            people.set_role(
                session, SYSTEM, person, tenant_key=world.tenant_key, role=Role.VIEWER, now=world.clock()
            )
    asked = len(filled.requests)
    chores_with(world).look()
    found = task(world, task_id)
    assert found.state is TaskState.FAILED
    assert "may no longer manage connections" in found.message
    assert "sealed" not in found.subject
    assert len(filled.requests) == asked
    assert names(world) == []
