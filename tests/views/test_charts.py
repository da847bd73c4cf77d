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


def test_the_fullest_bucket_fills_the_height() -> None:
    chart = made({Severity.LOW: 50}, {Severity.LOW: 60, Severity.HIGH: 40})
    heights = [sum(bar.height for bar in bars) for _, _, bars in chart.columns()]
    assert heights == [pytest.approx(50), pytest.approx(100)]


def test_low_is_at_the_bottom_and_nothing_leaves_the_box() -> None:
    for _, left, bars in samples.day_histogram().columns():
        assert [bar.word for bar in bars] == sorted(
            (bar.word for bar in bars), key=["low", "medium", "high", "critical"].index
        )
        assert all(bar.y >= -0.01 and bar.y + bar.height <= 100.01 and bar.x == left for bar in bars)


def test_one_critical_alert_among_thousands_is_still_seen() -> None:
    chart = made({Severity.LOW: 100_000, Severity.CRITICAL: 1})
    ((_, _, bars),) = chart.columns()
    assert bars[-1].word == "critical"
    assert bars[-1].height > 1


def test_a_day_without_alerts_has_no_peak_and_no_bars() -> None:
    chart = made({}, {Severity.LOW: 0})
    assert chart.peak is None
    assert chart.total == 0
    assert [bars for _, _, bars in chart.columns()] == [[], []]


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
