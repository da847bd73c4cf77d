"""The heartbeat of LAMIS itself."""

from dataclasses import replace

import pytest

from lamis.base.settings import Settings
from lamis.connections.queries import DISK_STATE
from lamis.connectors.registry import manifest
from lamis.simulators.receiver import Receiver, Reply
from lamis.storage.state import set_state, state
from lamis.tasks.queries import all_chores
from lamis.workers.chores import Chores
from lamis.workers.heartbeat import LAST_ERROR, LAST_OK, ask, beat
from lamis.workers.work import Work
from tests.workers.world import World


def beat_once(world: World, url: str | None) -> tuple[str | None, str | None]:
    """When it last went well, and why it did not."""
    settings = Settings(_env_file=None, heartbeat_url=url)
    runtime = replace(world.runtime, settings=settings)
    beat(Work(runtime, world.clock, manifest, lambda _done, _total: None))
    with world.database.read() as session:
        return state(session, LAST_OK), state(session, LAST_ERROR)


def test_the_address_is_asked_and_remembered(world: World) -> None:
    with Receiver() as receiver:
        good, error = beat_once(world, receiver.url + "/ping?token=hidden")
        assert [request.path for request in receiver.received] == ["/ping?token=hidden"]
    assert good is not None
    assert error is None


@pytest.mark.slow
@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_bad_answer_is_no_heartbeat_and_tells_no_token(world: World, status: int) -> None:
    with Receiver() as receiver:
        receiver.replies.append(Reply(status))
        good, error = beat_once(world, receiver.url + "/ping?token=hidden")
    assert good is None
    assert error is not None
    assert str(status) in error
    assert "hidden" not in error


def test_nobody_listening_is_no_heartbeat() -> None:
    with Receiver() as receiver:
        url = receiver.url + "/hidden"
    error = ask(url)
    assert error is not None
    assert "hidden" not in error


def test_while_collecting_rests_there_is_no_heartbeat(world: World) -> None:
    with world.database.write() as session:
        set_state(session, DISK_STATE, "Collecting rests.")
    with Receiver() as receiver:
        good, error = beat_once(world, receiver.url)
        assert receiver.received == []
    assert good is None
    assert error == "Collecting rests, so no heartbeat was sent."


def test_without_an_address_there_is_none(world: World) -> None:
    assert beat_once(world, None) == (None, None)


def test_the_chore_exists_only_where_an_address_is_set(world: World) -> None:
    for url, is_there in ((None, False), ("https://beats.example/1", True), (None, False)):
        settings = Settings(_env_file=None, heartbeat_url=url, heartbeat_s=30)
        Chores(replace(world.runtime, settings=settings), clock=world.clock).start()
        with world.database.read() as session:
            found = {chore.name: chore.every_ms for chore in all_chores(session)}
        assert ("heartbeat" in found) is is_there
        assert found.get("heartbeat", 30_000) == 30_000
