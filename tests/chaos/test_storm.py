"""Whatever is killed at whatever moment: after recovery the stored set equals the source's."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.places import ALONE, Place, endure, several
from tests.engines.postgres import PostgresServer
from tests.engines.redis import RedisServer

pytestmark = pytest.mark.slow
ALERTS, KILLS, SEED = 5_000, 4, 20261121


@pytest.fixture(params=["one process", pytest.param("several", marks=pytest.mark.engine)])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """SQLite in one process, or PostgreSQL and Redis with several."""
    if request.param == "one process":
        yield ALONE
        return
    postgres: PostgresServer = request.getfixturevalue("postgres_server")
    redis: RedisServer = request.getfixturevalue("redis_server")
    redis.wipe()
    with postgres.empty() as name:
        yield several(postgres, name, redis)


def test_processes_killed_at_random_lose_and_double_nothing(place: Place, tmp_path: Path) -> None:
    endure(place, tmp_path / "data", alerts=ALERTS, kills=KILLS, seed=SEED)
