"""The rhythm of a day, and that it is the same day whenever it is asked for."""

from collections import Counter
from itertools import pairwise

import pytest

from lamis.base.clock import DAY_MS
from lamis.simulators.profiles import PROFILES
from lamis.simulators.stories.day import Pace, documents, rhythm
from tests.simulators.asking import T0

HOUR_MS = 3_600_000
MONDAY = T0 + 14 * HOUR_MS  # 2026-03-02T00:00Z


def told(name: str, since: int, until: int, *, per_day: float = 2000) -> list[tuple[int, dict[str, object]]]:
    pace = Pace(per_day=per_day, live_per_s=0.01, live_from_ms=T0 + DAY_MS)
    return list(documents(PROFILES[name].programme, since, until, pace=pace, seed=1))


@pytest.mark.parametrize("name", list(PROFILES))
def test_a_stretch_is_the_same_in_whatever_pieces(name: str) -> None:
    whole = told(name, T0, T0 + 2 * HOUR_MS)
    cuts = [T0, T0 + 1, T0 + 61_234, T0 + HOUR_MS, T0 + 2 * HOUR_MS]
    pieces = [one for since, until in pairwise(cuts) for one in told(name, since, until)]
    assert pieces == whole
    assert [at for at, _ in whole] == sorted(at for at, _ in whole)
    assert told(name, T0, T0) == []


def test_another_seed_is_another_day() -> None:
    programme, pace = PROFILES["acme-emea"].programme, Pace(per_day=2000)
    one, other = (list(documents(programme, T0, T0 + HOUR_MS, pace=pace, seed=seed)) for seed in (1, 2))
    assert one != other


def test_the_rhythm_is_one_on_average_and_low_at_night() -> None:
    hours = [rhythm(MONDAY + step * 60_000, 0) for step in range(1440)]
    assert sum(hours) / len(hours) == pytest.approx(1, abs=0.01)
    assert max(hours) > 3 * min(hours)
    assert hours[10 * 60 + 30] > 2 * hours[3 * 60]
    assert rhythm(MONDAY + 10 * HOUR_MS, 0) == rhythm(MONDAY + 9 * HOUR_MS, 60)
    assert rhythm(MONDAY - 14 * HOUR_MS, 0) < rhythm(MONDAY + 10 * HOUR_MS, 0)  # a Sunday


def test_the_extra_swells_and_then_stays() -> None:
    pace = Pace(per_day=0, live_per_s=1, live_from_ms=T0)
    rates = [pace.rate_per_s(T0 + step * HOUR_MS, 0) for step in (-24, -3, -1, 0, 5)]
    assert rates == sorted(rates)
    assert rates[0] < 0.001
    assert rates[-2:] == [1, 1]


@pytest.mark.slow
def test_most_is_low_and_little_is_critical() -> None:
    levels = Counter(
        "critical" if level >= 10 else "high" if level >= 7 else "medium" if level >= 4 else "low"
        for _, document in told("acme-emea", MONDAY, MONDAY + DAY_MS, per_day=4000)
        for level in [document["rule"]["level"]]  # type: ignore[index]
    )
    total = sum(levels.values())
    assert levels["low"] > total * 0.4
    assert levels["high"] < total * 0.15
    assert 0 < levels["critical"] < total * 0.04
