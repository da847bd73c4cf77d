"""The way to Redis: what is said of it, and what never is."""

import pytest

from lamis.base.errors import Invalid
from lamis.storage.redis_link import RedisLink, shown
from tests.engines.node import free_port
from tests.engines.redis import RedisServer


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("redis://lamis:hidden@192.0.2.1/3", "192.0.2.1:6379"),
        ("rediss://:hidden@[2001:db8::1]:6380", "[2001:db8::1]:6380"),
        ("unix://:hidden@/run/redis/redis.sock?db=1", "/run/redis/redis.sock"),
    ],
)
def test_where_redis_is_can_be_told_without_its_password(url: str, place: str) -> None:
    assert shown(url) == place


@pytest.mark.parametrize("url", ["redis://192.0.2.1:hidden/0", "redis://:hidden#sign@192.0.2.1/0"])
def test_a_url_that_is_none_is_named_by_its_setting_and_not_shown(url: str) -> None:
    with pytest.raises(Invalid, match="LAMIS_REDIS_URL") as caught:
        RedisLink(url, mark="m")
    assert "hidden" not in caught.value.message


def test_a_redis_that_is_absent_is_said_so_once(capfd: pytest.CaptureFixture[str]) -> None:
    link = RedisLink(f"redis://:hidden@127.0.0.1:{free_port()}/0", mark="m")
    assert not link.look()
    assert not link.look()
    assert link.problem is not None
    assert link.problem.startswith("Redis cannot be reached.")
    told = "".join(capfd.readouterr())
    assert told.count("cannot be reached") == 1
    assert "hidden" not in told
    link.close()


@pytest.mark.engine
def test_a_redis_that_went_and_came_back_is_used_again(redis_server: RedisServer) -> None:
    link = RedisLink(redis_server.url, mark="m")
    assert link.look()
    redis_server.stop()
    assert not link.look()
    redis_server.start()
    assert link.look()
    assert link.problem is None
    link.close()


@pytest.mark.engine
def test_a_redis_that_hangs_holds_nobody_for_long(redis_server: RedisServer) -> None:
    link = RedisLink(redis_server.url, mark="m")
    assert link.look()
    redis_server.hang(is_hung=True)
    assert not link.look()
    assert link.problem is not None
    assert "does not answer" in link.problem
    redis_server.hang(is_hung=False)
    assert link.look()
    link.close()


@pytest.mark.engine
def test_a_wrong_password_is_told_with_the_setting_and_without_itself(redis_server: RedisServer) -> None:
    admin = RedisLink(redis_server.url, mark="m")
    admin.client.acl_setuser("somebody", enabled=True, passwords=["+right"], categories=["+@all"])
    link = RedisLink(redis_server.url.replace("//", "//somebody:hidden@"), mark="m")
    assert not link.look()
    assert link.problem is not None
    assert "LAMIS_REDIS_URL" in link.problem
    assert "hidden" not in link.problem
    admin.client.acl_deluser("somebody")
    admin.close()
    link.close()
