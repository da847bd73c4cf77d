"""Fixtures of the blocking room."""

import pytest

from lamis.storage.engine import Database
from tests.blocking.world import World


@pytest.fixture
def world(database: Database) -> World:
    return World(database)
