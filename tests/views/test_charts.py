import re
from datetime import UTC, datetime, timedelta

import pytest

from lamis.alerts import results
from lamis.alerts.types import Severity
from lamis.views import charts, samples
from lamis.views.charts import Bucket, Histogram, TopItem

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
STEP = timedelta(minutes=15)


def made(*counts: dict[Severity, int]) -> Histogram:
    return Histogram(
        [Bucket(START + at * STEP, START + (at + 1) * STEP, each) for at, each in enumerate(counts)]
    )


def boxes(chart: Histogram) -> dict[str, list[tuple[float, ...]]]:
    """Each bar drawn, by severity: left, top, width, height."""
    shape = re.compile(r"M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+z")
    return {word: [tuple(map(float, box)) for box in shape.findall(d)] for word, d in chart.paths.items()}


def test_the_fullest_bucket_fills_the_height() -> None:
    drawn = boxes(made({Severity.LOW: 50}, {Severity.LOW: 60, Severity.HIGH: 40}))
    assert drawn == {
        "low": [(1, 50, 8, 50), (11, 40, 8, 60)],
        "high": [(11, 0, 8, 40)],
    }


def test_nothing_leaves_the_box() -> None:
    chart = samples.day_histogram()
    for bars in boxes(chart).values():
        assert all(x >= 0 and x + w <= chart.width and y >= 0 and y + h <= 100.1 for x, y, w, h in bars)


def test_one_critical_alert_among_thousands_is_still_seen() -> None:
    ((_, _, _, height),) = boxes(made({Severity.LOW: 100_000, Severity.CRITICAL: 1}))["critical"]
    assert height > 1


def test_a_bucket_says_what_it_holds() -> None:
    chart = made({Severity.LOW: 1200, Severity.CRITICAL: 1}, {})
    assert chart.hits.splitlines() == [
        '<rect class="hit" x="0" width="10" height="100">'
        "<title>12:00–12:15 UTC: 1,201, 1 critical, 1,200 low</title></rect>",
        '<rect class="hit" x="10" width="10" height="100"><title>12:15–12:30 UTC: 0</title></rect>',
    ]


def test_a_day_without_alerts_has_no_peak_and_no_bars() -> None:
    chart = made({}, {Severity.LOW: 0})
    assert chart.peak is None
    assert chart.total == 0
    assert chart.paths == {}


def test_a_chart_without_buckets_can_be_drawn() -> None:
    chart = Histogram(())
    assert chart.width > 0
    assert chart.ticks() == []
    assert chart.rows() == []


def test_the_table_adds_neighbours_up_and_loses_nothing() -> None:
    chart = samples.day_histogram(96)
    rows = chart.rows(24)
    assert len(rows) == 24
    assert sum(row.total for row in rows) == chart.total
    assert rows[0].start == chart.buckets[0].start
    assert rows[-1].end == chart.buckets[-1].end


def test_a_small_line_sums_whole_hours_back_from_the_newest() -> None:
    chart = made(*({Severity.LOW: at} for at in range(9)))
    assert chart.sums(4) == (1 + 2 + 3 + 4, 5 + 6 + 7 + 8)
    assert made({}, {}).sums(1) == ()


def test_the_axis_begins_where_the_chart_does() -> None:
    ticks = samples.day_histogram(96).ticks(4)
    assert len(ticks) == 4
    assert ticks[0] == samples.day_histogram(96).buckets[0].start


def test_counts_of_the_store_become_a_chart() -> None:
    ms = int(START.timestamp() * 1000)
    chart = charts.histogram([results.Bucket(ms, ms + 900_000, {Severity.HIGH: 3})], "a sample")
    assert chart.buckets[0].start == START
    assert chart.counts[Severity.HIGH] == 3
    assert chart.note == "a sample"


def test_the_longest_line_of_a_list_is_full() -> None:
    items = (TopItem("a", 10), TopItem("b", 5))
    assert charts.share(10, items) == 100
    assert charts.share(5, items) == 50
    assert charts.share(0, ()) == 0


@pytest.mark.parametrize(
    ("values", "points"),
    [((), ""), ((4,), "0.0,0.0 100.0,0.0"), ((0, 4), "0.0,24.0 100.0,0.0"), ((0, 0), "0.0,24.0 100.0,24.0")],
)
def test_a_sparkline_stays_in_its_box(values: tuple[float, ...], points: str) -> None:
    assert charts.spark_points(values) == points
