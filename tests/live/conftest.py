"""The socket on a store of the test's own."""

import pytest

from lamis.storage.engine import Database
from tests.live.house import House


@pytest.fixture
def house(database: Database) -> House:
    return House(database)
