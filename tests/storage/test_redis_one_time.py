"""One-time values over several processes, and while Redis is away."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet

from lamis.base.secrets import Vault
from lamis.storage.redis_link import RedisLink
from lamis.storage.redis_one_time import RedisOneTime
from tests.engines.redis import RedisServer

pytestmark = pytest.mark.engine
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SOON = NOW + timedelta(seconds=30)
VAULT = Vault([Fernet.generate_key().decode()])


@pytest.fixture
def link(redis_server: RedisServer) -> Iterator[RedisLink]:
    found = RedisLink(redis_server.url, mark="m")
    yield found
    found.close()


def test_what_one_process_keeps_another_takes_once(link: RedisLink) -> None:
    one, other = RedisOneTime(link, VAULT), RedisOneTime(link, VAULT)
    name = one.keep("value", now=NOW, until=SOON)
    assert other.take(name, now=NOW) == "value"
    assert one.take(name, now=NOW) is None
    assert other.take("another", now=NOW) is None


def test_redis_learns_neither_the_name_nor_the_value(link: RedisLink) -> None:
    name = RedisOneTime(link, VAULT).keep("value", now=NOW, until=SOON)
    (key,) = link.client.keys("*")
    assert key.startswith("lamis:m:once:")
    assert name not in key
    assert "value" not in link.client.get(key)
    assert 0 < link.client.pttl(key) <= 30_000


def test_a_value_ends_at_its_moment(link: RedisLink) -> None:
    kept = RedisOneTime(link, VAULT)
    kept.keep("value", now=NOW, until=NOW + timedelta(milliseconds=1))
    while link.client.keys("*"):
        pass


def test_while_redis_is_away_values_stay_here(link: RedisLink, redis_server: RedisServer) -> None:
    kept = RedisOneTime(link, VAULT)
    redis_server.stop()
    name = kept.keep("value", now=NOW, until=SOON)
    link.look()
    told = kept.keep("told", now=NOW, until=SOON)
    redis_server.start()
    link.look()
    assert kept.take(name, now=NOW) == "value"
    assert kept.take(told, now=NOW) == "told"
    assert kept.take(told, now=NOW) is None


def test_a_value_sealed_with_other_keys_is_none(link: RedisLink) -> None:
    name = RedisOneTime(link, VAULT).keep("value", now=NOW, until=SOON)
    stranger = RedisOneTime(link, Vault([Fernet.generate_key().decode()]))
    assert stranger.take(name, now=NOW) is None
