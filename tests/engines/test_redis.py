"""The Redis of the tests answers and is its own."""

import pytest
import redis as client

from tests.engines.redis import RedisServer


@pytest.mark.engine
def test_a_redis_of_our_own_keeps_what_is_written(redis_server: RedisServer) -> None:
    with client.Redis.from_url(redis_server.url) as connection:
        connection.set("word", "kept")
        assert connection.get("word") == b"kept"
