"""The geometry of charts, decided here so that templates only draw. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lamis.alerts import results
from lamis.alerts.types import Severity

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


@dataclass(frozen=True, slots=True)
class Bar:
    """One drawn piece: the severity's word and its place in a box of BAR per bucket by HEIGHT."""

    word: str
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """Buckets from the oldest to the newest; `note` says when it is a sample."""

    buckets: Sequence[Bucket]
    note: str = ""

    @property
    def width(self) -> int:
        return max(1, len(self.buckets)) * BAR

    @property
    def counts(self) -> dict[Severity, int]:
        """Alerts of the whole chart, the worst severity first."""
        return {
            severity: sum(bucket.counts.get(severity, 0) for bucket in self.buckets)
            for severity in sorted(Severity, reverse=True)
        }

    @property
    def total(self) -> int:
        return sum(bucket.total for bucket in self.buckets)

    @property
    def peak(self) -> Bucket | None:
        """The fullest bucket, None when there is no alert at all."""
        fullest = max(self.buckets, key=lambda bucket: bucket.total, default=None)
        return fullest if fullest is not None and fullest.total else None

    def columns(self) -> Iterator[tuple[Bucket, int, list[Bar]]]:
        """Each bucket with its left edge and its pieces, low at the bottom."""
        top = self.peak.total if self.peak else 1
        for index, bucket in enumerate(self.buckets):
            yield bucket, index * BAR, _pieces(bucket, index * BAR, top)

    def ticks(self, count: int = 4) -> list[datetime]:
        """Evenly spaced times for the axis, from the first bucket; the end is labelled apart."""
        step = max(1, len(self.buckets) // count)
        return [bucket.start for bucket in self.buckets[::step]][:count]

    def rows(self, count: int = 24) -> list[Bucket]:
        """The chart as a table: at most `count` rows, neighbours added up."""
        step = max(1, -(-len(self.buckets) // count))
        return [_sum(self.buckets[at : at + step]) for at in range(0, len(self.buckets), step)]


def _pieces(bucket: Bucket, x: int, top: int) -> list[Bar]:
    present = [(severity, bucket.counts.get(severity, 0)) for severity in sorted(Severity)]
    heights = [(severity.word, max(_LEAST, n / top * HEIGHT)) for severity, n in present if n]
    squeeze = min(1.0, HEIGHT / (sum(height for _, height in heights) or 1))
    bars: list[Bar] = []
    floor = float(HEIGHT)
    for word, height in heights:
        floor -= height * squeeze
        bars.append(Bar(word, x, round(floor, 2), round(height * squeeze, 2)))
    return bars


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
