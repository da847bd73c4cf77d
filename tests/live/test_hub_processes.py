"""What one process stores reaches the sockets of another: two stores on one file, a real Redis between."""

import copy
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest

from lamis.live.app import build_live
from lamis.storage.bus import Bus
from lamis.storage.engine import Database
from lamis.storage.redis_bus import RedisBus, listeners
from lamis.storage.redis_link import RedisLink
from lamis.storage.redis_one_time import RedisOneTime
from tests.engines.redis import RedisServer
from tests.engines.waiting import wait_until
from tests.live.house import Ear, House


@contextmanager
def carrying(database: Database, url: str) -> Iterator[RedisLink]:
    link = RedisLink(url, mark="m")
    bus = RedisBus(link, database.bus)
    bus.start()
    yield link
    assert bus.stop()
    link.close()


@pytest.fixture
def other(database: Database, house: House) -> Database:
    """The same store as another process has it, with a bell of its own; `house` has filled it."""
    found = copy.copy(database)
    found.bus = Bus()
    return found


def move(house: House, to: Database) -> None:
    """Have the house store by way of another process."""
    house.database = to


@pytest.mark.engine
def test_what_a_worker_stores_reaches_a_browser_at_once_and_also_while_redis_is_away(
    redis_server: RedisServer, database: Database, house: House, other: Database
) -> None:
    with ExitStack() as stack:
        link = stack.enter_context(carrying(database, redis_server.url))
        stack.enter_context(carrying(other, redis_server.url))
        wait_until(lambda: listeners(link) == 2, what="both processes listening")
        with house.socket("nora") as ear:
            ear.subscribe()
            assert ear.titles() == []
            move(house, other)
            house.store()
            assert len(ear.titles()) == 1
            redis_server.stop()
            wait_until(lambda: link.problem, what="the outage seen")
            house.store()
            assert len(ear.titles()) == 1
            redis_server.start()
            wait_until(lambda: link.problem is None, what="the recovery seen")
            house.store()
            assert len(ear.titles()) == 1


@pytest.mark.engine
def test_a_ticket_of_one_web_process_opens_a_socket_at_another(
    redis_server: RedisServer, house: House
) -> None:
    link = RedisLink(redis_server.url, mark="m")
    vault = house.runtime.keys.vault
    here = replace(house.runtime, one_time=RedisOneTime(link, vault))
    there = replace(house.runtime, one_time=RedisOneTime(link, vault))
    house.runtime = here
    ticket = house.ticket(house.cookie("nora"))
    house.app = build_live(there)
    with house.client() as client, client.websocket_connect(f"/api/v2/ws?ticket={ticket}") as socket:
        assert Ear(socket).is_quiet()
    link.close()


@pytest.mark.slow
def test_what_the_command_line_commits_without_a_bell_is_told_within_seconds(
    house: House, other: Database
) -> None:
    with house.socket("nora") as ear:
        ear.subscribe()
        assert ear.titles() == []
        move(house, other)
        house.store()
        assert len(ear.titles()) == 1
