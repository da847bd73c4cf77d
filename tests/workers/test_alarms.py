"""The alarm of a process without workers."""

import pytest

from lamis.storage.redis_link import RedisLink
from lamis.workers.alarms import RedisAlarm
from lamis.workers.brokers import in_redis
from lamis.workers.celery_app import COLLECT, make_app
from tests.engines.redis import RedisServer

pytestmark = pytest.mark.engine


def test_it_leaves_a_message_and_while_redis_is_away_none(redis_server: RedisServer) -> None:
    link = RedisLink(redis_server.url, mark="m")
    app = make_app("sender", {}, broker=in_redis(link))
    alarm = RedisAlarm(link, app)
    alarm(COLLECT)
    assert link.client.llen("lamis:m:collect") == 1
    redis_server.stop()
    alarm(COLLECT)
    link.look()
    alarm(COLLECT)
    redis_server.start()
    alarm(COLLECT)
    assert link.client.llen("lamis:m:collect") == 0
    link.look()
    alarm(COLLECT)
    assert link.client.llen("lamis:m:collect") == 1
    app.close()
    link.close()
