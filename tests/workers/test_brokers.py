"""Where messages wait."""

import pytest

from lamis.storage.redis_link import RedisLink
from lamis.workers.brokers import in_memory, in_redis


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://192.0.2.1", "redis://192.0.2.1:6379/0"),
        ("redis://192.0.2.1:6380/3", "redis://192.0.2.1:6380/3"),
        ("redis://lamis:a%2Fb%23c@[2001:db8::1]/0", "redis://lamis:a%2Fb%23c@[2001:db8::1]:6379/0"),
        ("rediss://:word@192.0.2.1/1", "rediss://:word@192.0.2.1:6379/1"),
        ("unix://:word@/run/redis.sock?db=2", "redis+socket://:word@/run/redis.sock?virtual_host=2"),
    ],
)
def test_every_address_of_redis_is_told_to_celery(url: str, expected: str) -> None:
    assert in_redis(RedisLink(url, mark="m")).url == expected


def test_a_certificate_is_checked_unless_the_address_says_otherwise() -> None:
    assert in_redis(RedisLink("redis://192.0.2.1", mark="m")).tls is None
    plain = in_redis(RedisLink("rediss://192.0.2.1", mark="m")).tls
    assert plain == {"ssl_cert_reqs": "required"}
    own = in_redis(RedisLink("rediss://192.0.2.1?ssl_ca_certs=/ca.pem&ssl_cert_reqs=none", mark="m")).tls
    assert own == {"ssl_cert_reqs": "none", "ssl_ca_certs": "/ca.pem"}


def test_keys_carry_the_installations_mark_and_nobody_waits_long() -> None:
    options = in_redis(RedisLink("redis://192.0.2.1", mark="m")).options
    assert options["global_keyprefix"] == "lamis:m:"
    assert options["socket_timeout"] == options["socket_connect_timeout"] == 1
    assert options["max_retries"] == 0


def test_two_brokers_in_memory_do_not_share_channels() -> None:
    assert in_memory().url != in_memory().url
