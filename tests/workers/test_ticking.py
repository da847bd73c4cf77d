"""The clock."""

from collections.abc import Callable

import pytest

from lamis.storage.redis_link import RedisLink
from lamis.workers.brokers import in_memory, in_redis
from lamis.workers.celery_app import LOOKS, make_app
from lamis.workers.ticking import Ticking
from tests.engines.node import free_port
from tests.engines.waiting import PATIENCE_S, wait_until


@pytest.mark.slow
def test_it_says_look_to_both_until_it_is_stopped() -> None:
    app = make_app("clock", {}, broker=in_memory())
    ticking = Ticking(app)

    def waits(queue: str) -> Callable[[], bool]:
        def look() -> bool:
            with app.connection_for_read() as line, line.SimpleQueue(queue) as found:
                return bool(found.qsize())

        return look

    for queue in LOOKS:
        wait_until(waits(queue), what=f"a message for {queue}")
    ticking.stop()
    ticking.thread.join(PATIENCE_S)
    assert not ticking.thread.is_alive()


@pytest.mark.slow
def test_a_broker_that_is_away_neither_ends_nor_holds_it() -> None:
    link = RedisLink(f"redis://127.0.0.1:{free_port()}/0", mark="m")
    ticking = Ticking(make_app("clock", {}, broker=in_redis(link)))
    assert ticking.thread.is_alive()
    ticking.stop()
    ticking.thread.join(PATIENCE_S)
    assert not ticking.thread.is_alive()
    link.close()
