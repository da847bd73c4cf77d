"""A simulated indexer and a store, for what acts as the system."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from lamis.base.clock import iso, utc_now
from lamis.base.secrets import Keys, Vault
from lamis.base.settings import Settings
from lamis.simulators.local import LocalIndexer
from lamis.storage.engine import Database
from lamis.storage.runtime import Runtime


@pytest.fixture(scope="module")
def indexer() -> Iterator[LocalIndexer]:
    """An indexer with one alert."""
    with LocalIndexer() as running:
        running.add({"@timestamp": iso(utc_now()), "rule": {"id": "5710", "level": 5}, "id": "1.1"})
        yield running


@pytest.fixture
def alarms() -> list[str]:
    return []


@pytest.fixture
def runtime(database: Database, alarms: list[str], tmp_path: Path) -> Runtime:
    keys = Keys(signing="k" * 40, vault=Vault([Fernet.generate_key().decode()]))
    settings = Settings(_env_file=None, data_dir=tmp_path)
    return Runtime(settings=settings, database=database, keys=keys, alarm=alarms.append)
