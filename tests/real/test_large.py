"""Documents that are too large for a page, on a real indexer, which takes none beyond 64 MB."""

import json
from datetime import timedelta

import pytest

from lamis.base.clock import iso
from tests.clock import NOON
from tests.engines.opensearch import Engine
from tests.real.world import alert, connect, day_of, prove_all, put
from tests.workers.world import World

pytestmark = [pytest.mark.engine, pytest.mark.slow]
DAY = day_of(NOON)
# Nothing is made of a field that is not indexed, so that the engine's small memory is enough.
UNINDEXED = {"mappings": {"properties": {"full_log": {"type": "text", "index": False, "norms": False}}}}


def of_size(number: int, megabytes: int) -> tuple[str | None, bytes]:
    """An alert whose log fills so many MB."""
    moment = iso(NOON - timedelta(minutes=30 + number))
    document = {
        "@timestamp": moment,
        "rule": {"level": 3},
        "id": str(number),
        "full_log": "x" * (megabytes << 20),
    }
    return f"large-{number}", json.dumps(document).encode()


def test_documents_larger_than_a_page_are_stored(world: World, opensearch2: Engine) -> None:
    opensearch2.request("PUT", f"/{DAY}", UNINDEXED)
    put(opensearch2, *(alert(NOON - timedelta(minutes=number), number) for number in range(300)), index=DAY)
    for number in range(2):
        put(opensearch2, of_size(number, 9), index=DAY)
    source = connect(world, opensearch2)
    world.poll()
    assert len(prove_all(world, source, opensearch2).here) == 302
