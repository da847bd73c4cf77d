"""The geometry of charts, decided here so that templates only draw. Pure."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache

from markupsafe import Markup

from lamis.alerts import results
from lamis.alerts.types import Severity
from lamis.views import formats

BAR = 10
HEIGHT = 100
LOW_FIRST = tuple(sorted(Severity))
WORST_FIRST = LOW_FIRST[::-1]
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

    @property
    def numbers(self) -> tuple[int, ...]:
        """The counts, low first."""
        return tuple([self.counts.get(severity, 0) for severity in LOW_FIRST])


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
    def kept(self) -> dict[Hashable, str]:
        """What was drawn of it: pages of the same moment show the same chart."""
        return {}

    @cached_property
    def _numbers(self) -> Sequence[tuple[int, ...]]:
        return [bucket.numbers for bucket in self.buckets]

    @cached_property
    def counts(self) -> dict[Severity, int]:
        """Alerts of the whole chart, the worst severity first."""
        sums = [sum(column) for column in zip(*self._numbers, strict=True)] or [0] * len(LOW_FIRST)
        return dict(zip(WORST_FIRST, reversed(sums), strict=True))

    @cached_property
    def total(self) -> int:
        return sum(self.counts.values())

    def sums(self, size: int) -> tuple[int, ...]:
        """The totals of each `size` neighbours, the newest whole; none where there is no alert at all."""
        ends = range(len(self.buckets), size - 1, -size)
        found = [sum(bucket.total for bucket in self.buckets[end - size : end]) for end in ends]
        return tuple(reversed(found)) if self.total else ()

    @cached_property
    def peak(self) -> Bucket | None:
        """The fullest bucket, None when there is no alert at all."""
        totals = [sum(numbers) for numbers in self._numbers]
        most = max(totals, default=0)
        return self.buckets[totals.index(most)] if most else None

    @cached_property
    def paths(self) -> dict[str, str]:
        """The bars of each severity as the `d` of one path, by the severity's word; low is at the bottom."""
        top = self.peak.total if self.peak else 1
        drawn = [_bars(index * BAR, numbers, top) for index, numbers in enumerate(self._numbers)]
        paths = zip(LOW_FIRST, map("".join, zip(*drawn, strict=True)), strict=False)
        return {severity.word: path for severity, path in paths if path}

    @cached_property
    def hits(self) -> Markup:
        """What the pointer meets: a field over each bucket whose tooltip says what it holds; times in UTC."""
        drawn = [
            _hit(index * BAR, bucket.start, bucket.end, numbers)
            for index, (bucket, numbers) in enumerate(zip(self.buckets, self._numbers, strict=True))
        ]
        return Markup("\n".join(drawn))  # noqa: S704 -- markup already, each of them

    @cached_property
    def lines(self) -> Markup:
        """The rows of the chart as a table."""
        return Markup("".join([_line(row.start, row.numbers) for row in self.rows()]))  # noqa: S704 -- likewise

    def ticks(self, count: int = 4) -> list[datetime]:
        """Evenly spaced times for the axis, from the first bucket; the end is labelled apart."""
        step = max(1, len(self.buckets) // count)
        return [bucket.start for bucket in self.buckets[::step]][:count]

    def rows(self, count: int = 24) -> list[Bucket]:
        """The chart as a table: at most `count` rows, neighbours added up."""
        step = max(1, -(-len(self.buckets) // count))
        return [_sum(self.buckets[at : at + step]) for at in range(0, len(self.buckets), step)]


# Most buckets are as they were on the page before, so what is drawn of them is kept.
@lru_cache(maxsize=4096)
def _hit(x: int, start: datetime, end: datetime, numbers: tuple[int, ...]) -> Markup:
    return Markup('<rect class="hit" x="{}" width="{}" height="{}"><title>{}</title></rect>').format(
        x, BAR, HEIGHT, _words(start, end, numbers)
    )


@lru_cache(maxsize=4096)
def _line(start: datetime, numbers: tuple[int, ...]) -> Markup:
    at = Markup('<time datetime="{}" title="{}" data-time="clock">{}</time>').format(
        formats.iso(start), formats.exact(start), formats.clock(start)
    )
    cells = (formats.number(n) for n in (*reversed(numbers), sum(numbers)))
    drawn = Markup("").join(Markup('<td class="right">{}</td>').format(cell) for cell in cells)
    return Markup("<tr><td>{}</td>{}</tr>").format(at, drawn)


def _words(start: datetime, end: datetime, numbers: tuple[int, ...]) -> str:
    """What a bucket holds, the worst severity first."""
    named = "".join(
        f", {formats.number(n)} {severity.word}"
        for severity, n in zip(WORST_FIRST, reversed(numbers), strict=True)
        if n
    )
    return f"{formats.clock(start)}–{formats.clock(end)} UTC: {formats.number(sum(numbers))}{named}"


@lru_cache(maxsize=4096)
def _bars(x: int, numbers: tuple[int, ...], top: int) -> tuple[str, ...]:
    """The part of each severity's path, low at the bottom; empty where there is none."""
    heights = [max(_LEAST, n / top * HEIGHT) if n else 0.0 for n in numbers]
    squeeze = min(1.0, HEIGHT / (sum(heights) or 1))
    parts, floor = [], float(HEIGHT)
    for height in heights:
        floor -= height * squeeze
        bar = f"M{x + 1} {floor:.1f}h{BAR - 2}v{height * squeeze:.1f}h{2 - BAR}z"
        parts.append(bar if height else "")
    return tuple(parts)


def _sum(buckets: Sequence[Bucket]) -> Bucket:
    counts = {severity: sum(bucket.counts.get(severity, 0) for bucket in buckets) for severity in Severity}
    return Bucket(buckets[0].start, buckets[-1].end, counts)


def histogram(buckets: Sequence[results.Bucket], note: str = "") -> Histogram:
    """The chart of what the queries counted."""
    return Histogram(
        [Bucket(_utc(bucket.from_ms), _utc(bucket.to_ms), bucket.counts) for bucket in buckets], note
    )


@lru_cache(maxsize=4096)
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
