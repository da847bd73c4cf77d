"""Fixtures of the delivery room."""

from collections.abc import Iterator

import pytest

from lamis.simulators.receiver import Receiver
from lamis.storage.engine import Database
from tests.delivery.world import World, make_world


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as found:
        yield found
