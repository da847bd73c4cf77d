"""Many documents for measurements."""

import orjson
import pytest

from lamis.base.clock import DAY_MS
from lamis.simulators.profiles import PROFILES
from lamis.simulators.stories.alerts import manager_time
from lamis.simulators.stories.bulk import bulk
from lamis.simulators.stories.cast import ACME
from tests.simulators.asking import T0


@pytest.mark.slow
def test_copies_have_times_and_ids_of_their_own() -> None:
    made = list(bulk(PROFILES["acme-emea"].programme, 5_000, since_ms=T0, until_ms=T0 + 2 * DAY_MS, seed=1))
    parsed = [(at, orjson.loads(raw)) for at, raw in made]
    assert len(made) == len({raw for _, raw in made}) == len({one["id"] for _, one in parsed}) == 5_000
    assert (made[0][0], made[-1][0] < T0 + 2 * DAY_MS) == (T0, True)
    for at, one in parsed[::97]:
        assert one["timestamp"] == manager_time(ACME, at)
        assert one["id"].startswith(f"{at // 1000}.")
        assert one["@timestamp"].endswith(f".{at % 1000:03d}Z")
    assert len({one["rule"]["id"] for _, one in parsed}) > 20
