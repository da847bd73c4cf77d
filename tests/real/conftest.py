"""The collector's world for tests against real engines."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lamis.storage.engine import Database
from tests.workers.world import World, make_world


@pytest.fixture
def world(database: Database, tmp_path: Path) -> Iterator[World]:
    with make_world(database, tmp_path) as found:
        yield found
