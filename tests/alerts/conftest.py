"""The store of the tests of alerts: two tenants, three connections."""

import pytest

from lamis.storage.engine import Database
from tests.alerts.world import settle


@pytest.fixture
def store(database: Database) -> Database:
    settle(database)
    return database
