"""The geometry of charts, decided here so that templates only draw. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache

from lamis.alerts import results
from lamis.alerts.types import Severity
from lamis.views import formats

BAR = 10
HEIGHT = 100
_LEAST = 1.5  # a single critical alert beside thousands of low ones must still be seen


@dataclass(frozen=True, slots=True)
class Bucket:
    """Alerts of one stretch of time, by severity."""

    start: datetime
    end: datetime
    counts: dict[Severity, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Histogram:
    """Buckets from the oldest to the newest; `note` says when it is a sample.

    Drawn in a box of BAR per bucket by HEIGHT, one path per severity: a shape per bar would be most
    of the page's weight.
    """

    buckets: Sequence[Bucket]
    note: str = ""

    @property
    def width(self) -> int:
        return max(1, len(self.buckets)) * BAR

    @cached_property
    def counts(self) -> dict[Severity, int]:
        """Alerts of the whole chart, the worst severity first."""
        return {
            severity: sum(bucket.counts.get(severity, 0) for bucket in self.buckets)
            for severity in sorted(Severity, reverse=True)
        }

    @cached_property
    def total(self) -> int:
        return sum(self.counts.values())

    @cached_property
    def peak(self) -> Bucket | None:
        """The fullest bucket, None when there is no alert at all."""
        fullest = max(self.buckets, key=lambda bucket: bucket.total, default=None)
        return fullest if fullest is not None and fullest.total else None

    def paths(self) -> dict[str, str]:
        """The bars of each severity as the `d` of one path, by the severity's word; low is at the bottom."""
        drawn: dict[str, list[str]] = {severity.word: [] for severity in sorted(Severity)}
        top = self.peak.total if self.peak else 1
        for index, bucket in enumerate(self.buckets):
            floor = float(HEIGHT)
            for word, height in _heights(bucket, top):
                floor -= height
                drawn[word].append(f"M{index * BAR + 1} {floor:.1f}h{BAR - 2}v{height:.1f}h{2 - BAR}z")
        return {word: "".join(parts) for word, parts in drawn.items() if parts}

    def words(self) -> Iterator[tuple[int, str]]:
        """The left edge of each bucket and what it holds, for a tooltip; times in UTC."""
        for index, bucket in enumerate(self.buckets):
            counts = tuple(bucket.counts.get(severity, 0) for severity in self.counts)
            yield index * BAR, _words(bucket.start, bucket.end, counts)

    def ticks(self, count: int = 4) -> list[datetime]:
        """Evenly spaced times for the axis, from the first bucket; the end is labelled apart."""
        step = max(1, len(self.buckets) // count)
        return [bucket.start for bucket in self.buckets[::step]][:count]

    def rows(self, count: int = 24) -> list[Bucket]:
        """The chart as a table: at most `count` rows, neighbours added up."""
        step = max(1, -(-len(self.buckets) // count))
        return [_sum(self.buckets[at : at + step]) for at in range(0, len(self.buckets), step)]


@lru_cache(maxsize=4096)
def _words(start: datetime, end: datetime, counts: tuple[int, ...]) -> str:
    """What a bucket holds, the worst severity first; most buckets are as they were on the page before."""
    named = "".join(
        f", {formats.number(n)} {severity.word}"
        for severity, n in zip(sorted(Severity, reverse=True), counts, strict=True)
        if n
    )
    return f"{formats.clock(start)}–{formats.clock(end)} UTC: {formats.number(sum(counts))}{named}"


def _heights(bucket: Bucket, top: int) -> list[tuple[str, float]]:
    heights = [
        (severity.word, max(_LEAST, n / top * HEIGHT))
        for severity in Severity
        if (n := bucket.counts.get(severity, 0))
    ]
    squeeze = min(1.0, HEIGHT / (sum(height for _, height in heights) or 1))
    return [(word, height * squeeze) for word, height in heights]


def _sum(buckets: Sequence[Bucket]) -> Bucket:
    counts = {severity: sum(bucket.counts.get(severity, 0) for bucket in buckets) for severity in Severity}
    return Bucket(buckets[0].start, buckets[-1].end, counts)


def histogram(buckets: Sequence[results.Bucket], note: str = "") -> Histogram:
    """The chart of what the queries counted."""
    return Histogram(
        [Bucket(_utc(bucket.from_ms), _utc(bucket.to_ms), bucket.counts) for bucket in buckets], note
    )


def _utc(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)


@dataclass(frozen=True, slots=True)
class TopItem:
    """One line of a top list; `url` leads to what was counted."""

    label: str
    count: int
    url: str | None = None
    is_mono: bool = False


def share(count: int, items: Sequence[TopItem]) -> float:
    """The width of a line's bar in percent of the longest."""
    longest = max((item.count for item in items), default=0)
    return round(100 * count / longest, 1) if longest else 0.0


def spark_points(values: Sequence[float], *, width: int = 100, height: int = 24) -> str:
    """The `points` of a polyline through `values`, scaled into a box; a lone value is a flat line."""
    if not values:
        return ""
    if len(values) == 1:
        values = [values[0], values[0]]
    top, low = max(values), min(0.0, *values)
    spread = (top - low) or 1
    step = width / (len(values) - 1)
    return " ".join(
        f"{index * step:.1f},{height - (value - low) / spread * height:.1f}"
        for index, value in enumerate(values)
    )
