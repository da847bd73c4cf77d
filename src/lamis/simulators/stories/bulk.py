"""Many documents fast, for measurements: a day's documents once, then their copies with new times and ids."""

from collections.abc import Iterator

import orjson

from lamis.base.clock import DAY_MS, iso_ms
from lamis.simulators.stories.cast import Cast
from lamis.simulators.stories.day import Pace, Programme, documents

_MODELS = 2_000


def bulk(
    programme: Programme, count: int, *, since_ms: int, until_ms: int, seed: int
) -> Iterator[tuple[int, bytes]]:
    """Yield `count` (time, 4.x document as bytes) pairs, evenly spread over since <= time < until."""
    models = _models(programme, since_ms, seed)
    offset = _offset(programme.cast)
    second, moment, day, epoch = -1, "", 0, ""
    for number in range(count):
        at_ms = since_ms + (until_ms - since_ms) * number // count
        if at_ms // 1000 != second:
            second = at_ms // 1000
            moment = iso_ms(second * 1000)[:19]
            local = iso_ms(second * 1000 + programme.cast.offset_minutes * 60_000)[:19]
            day, epoch = second * 1000 // DAY_MS, str(second)
        head, middle, near, tail = models[number % len(models)]
        fraction = f".{at_ms % 1000:03d}"
        yield (
            at_ms,
            b"".join(
                (
                    head,
                    f"{epoch}.{(at_ms - day * DAY_MS) * 1000 + number % 1000}".encode(),
                    middle,
                    f"{local}{fraction}{offset}".encode(),
                    near,
                    f"{moment}{fraction}Z".encode(),
                    tail,
                )
            ),
        )


def _models(programme: Programme, since_ms: int, seed: int) -> list[list[bytes]]:
    pace = Pace(per_day=_MODELS, stories_per_day=2)
    made = documents(programme, since_ms, since_ms + 2 * DAY_MS, pace=pace, seed=seed)
    models = []
    for _, document in made:
        document["id"] = document["timestamp"] = document["@timestamp"] = "\x00"
        models.append(orjson.dumps(document).split(b"\\u0000"))
    return models


def _offset(cast: Cast) -> str:
    sign, minutes = "-" if cast.offset_minutes < 0 else "+", abs(cast.offset_minutes)
    return f"{sign}{minutes // 60:02d}{minutes % 60:02d}"
