"""What doors may ask of their process."""

from dataclasses import replace

from lamis.storage.engine import Database
from lamis.storage.redis_link import RedisLink
from tests.engines.node import free_port
from tests.web.site import make_runtime


def test_redis_is_no_problem_where_it_is_not_used_or_answers(database: Database) -> None:
    runtime = make_runtime(database)
    assert runtime.redis_problem is None
    link = RedisLink(f"redis://127.0.0.1:{free_port()}/0", mark="m")
    runtime = replace(runtime, redis=link)
    assert runtime.redis_problem is None
    link.look()
    assert runtime.redis_problem is not None
    link.close()
