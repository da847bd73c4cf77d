"""A simulated indexer and a store, for what acts as the system."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from lamis.base.secrets import Keys, Vault
from lamis.base.settings import Settings
from lamis.storage.engine import Database
from lamis.storage.runtime import Runtime


@pytest.fixture
def alarms() -> list[str]:
    return []


@pytest.fixture
def runtime(database: Database, alarms: list[str], tmp_path: Path) -> Runtime:
    keys = Keys(signing="k" * 40, vault=Vault([Fernet.generate_key().decode()]))
    settings = Settings(_env_file=None, data_dir=tmp_path)
    return Runtime(settings=settings, database=database, keys=keys, alarm=alarms.append)
