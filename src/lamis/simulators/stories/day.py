"""A day of an organisation: quiet nights, busy mornings, noise all along and incidents that unfold.

What happens is decided by the seed and the time alone: the same stretch of time holds the same
documents however often and in whatever pieces it is asked for.
"""

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any

from lamis.base.clock import DAY_MS
from lamis.simulators.stories.cast import Cast
from lamis.simulators.stories.events import Event, Maker, Story

Writer = Callable[..., dict[str, Any]]

_SLOT_MS = 10_000
_STORY_SLOT_MS = 1_200_000
_LONGEST_STORY_MS = 3_600_000
_RISE_MS = 5_400_000
_GRAVE = 7


@dataclass(frozen=True, slots=True)
class Pace:
    """How much happens: `per_day` of noise at an even rate, and `live_per_s` more from `live_from_ms` on.

    Before that the extra swells over an hour and a half, so that a chart has no step.
    """

    per_day: float
    live_per_s: float = 0.0
    live_from_ms: int = 0
    stories_per_day: float = 18.0

    def rate_per_s(self, at_ms: int, offset_minutes: int) -> float:
        """Documents a second of noise at a time."""
        early = max(0, self.live_from_ms - at_ms)
        return self.per_day / 86_400 * rhythm(at_ms, offset_minutes) + self.live_per_s * math.exp(
            -early / _RISE_MS
        )


@dataclass(frozen=True, slots=True)
class Programme:
    """What can happen at one organisation and how it is written down."""

    cast: Cast
    write: Writer
    noise: tuple[tuple[Maker, float], ...]
    stories: tuple[tuple[Story, float], ...]


def rhythm(at_ms: int, offset_minutes: int) -> float:
    """How busy it is, 1 on average over a weekday: low at night, highest before noon, flatter at weekends."""
    local_ms = at_ms + offset_minutes * 60_000
    is_weekend = (local_ms // DAY_MS + 3) % 7 >= 5
    shape = _shape(local_ms % DAY_MS / 3_600_000) / _mean_shape()
    return 0.5 + 0.5 * shape if is_weekend else shape


def _shape(hour: float) -> float:
    return 0.3 + math.exp(-(((hour - 10.5) / 3.0) ** 2)) + 0.75 * math.exp(-(((hour - 15.0) / 2.5) ** 2))


@cache
def _mean_shape() -> float:
    return sum(_shape(step / 10) for step in range(240)) / 240


def documents(
    programme: Programme, since_ms: int, until_ms: int, *, pace: Pace, seed: int
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (time, document) with since <= time < until, in order of time."""
    for start in range(since_ms // _STORY_SLOT_MS * _STORY_SLOT_MS, until_ms, _STORY_SLOT_MS):
        lower, upper = max(start, since_ms), min(start + _STORY_SLOT_MS, until_ms)
        moments = [*_noise(programme, lower, upper, pace, seed), *_told(programme, lower, upper, pace, seed)]
        moments.sort(key=lambda moment: moment[:2])
        for at_ms, number, event in moments:
            rng = _dice(seed, at_ms << 16 ^ number)
            yield at_ms, programme.write(event, programme.cast, at_ms=at_ms, rng=rng)


Moment = tuple[int, int, Event]


def _noise(programme: Programme, since_ms: int, until_ms: int, pace: Pace, seed: int) -> Iterator[Moment]:
    makers = [maker for maker, _ in programme.noise]
    weights = list(accumulate(weight for _, weight in programme.noise))
    for slot in range(since_ms // _SLOT_MS, (until_ms - 1) // _SLOT_MS + 1):
        rng = _dice(seed, slot)
        wanted = pace.rate_per_s(slot * _SLOT_MS, programme.cast.offset_minutes) * _SLOT_MS / 1000
        for number in range(_poisson(rng, wanted)):
            at_ms = slot * _SLOT_MS + rng.randrange(_SLOT_MS)
            event = rng.choices(makers, cum_weights=weights)[0](rng, programme.cast)
            if since_ms <= at_ms < until_ms and _is_kept(event, programme.cast):
                yield at_ms, number, event


def _is_kept(event: Event, cast: Cast) -> bool:
    return event.rule.level < _GRAVE or event.device.name in cast.neglected


def _told(programme: Programme, since_ms: int, until_ms: int, pace: Pace, seed: int) -> Iterator[Moment]:
    chance = pace.stories_per_day * _STORY_SLOT_MS / DAY_MS
    stories, weights = zip(*programme.stories, strict=True)
    first = (since_ms - _LONGEST_STORY_MS) // _STORY_SLOT_MS
    for slot in range(first, (until_ms - 1) // _STORY_SLOT_MS + 1):
        rng = _dice(seed, 1 << 60 ^ slot)
        if rng.random() >= chance:
            continue
        start = slot * _STORY_SLOT_MS + rng.randrange(_STORY_SLOT_MS)
        for number, event in enumerate(rng.choices(stories, weights)[0](rng, programme.cast)):
            at_ms = start + int(event.after_s * 1000)
            if since_ms <= at_ms < until_ms:
                yield at_ms, 1000 + number, event


def _dice(seed: int, place: int) -> random.Random:
    return random.Random(seed << 64 ^ place)  # noqa: S311 -- stories, not secrets


def _poisson(rng: random.Random, mean: float) -> int:
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count
