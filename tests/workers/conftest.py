"""The collector's world for a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lamis.simulators.certificates import Certificates, make_certificates
from lamis.simulators.local import LocalIndexer
from lamis.storage.engine import Database
from tests.workers.world import World, make_world


@pytest.fixture(scope="session")
def certificates() -> Certificates:
    return make_certificates()


@pytest.fixture
def indexer(certificates: Certificates) -> Iterator[LocalIndexer]:
    with LocalIndexer(certificates=certificates) as found:
        yield found


@pytest.fixture
def world(database: Database, tmp_path: Path) -> Iterator[World]:
    with make_world(database, tmp_path) as found:
        yield found
