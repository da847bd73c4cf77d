"""What the living page shows: each component in all its states."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from lamis.alerts.types import Severity
from lamis.blocking.types import BlockState, Mark
from lamis.views import samples
from lamis.views.charts import Histogram
from lamis.views.filters import chips
from lamis.views.links import Query
from lamis.views.pages import Emptiness, Why
from lamis.views.render import STATIC
from lamis.views.rows import AlertRow, Banner, Frame, Tone, pager

_ICONS = STATIC / "icons.svg"


def gallery_context(frame: Frame) -> dict[str, object]:
    """The context of `ui/gallery.html`; only the frame is real."""
    return {
        "frame": frame,
        "icons": icon_names(),
        "severities_shown": [(severity, 3 * severity) for severity in sorted(Severity, reverse=True)],
        "times": [frame.now - timedelta(seconds=s) for s in (0, 42, 720, 11_000, 300_000)],
        "messages": samples.MESSAGES,
        "banners": (
            samples.BANNER,
            Banner(Tone.FAILED, "nobody is told of new alerts.", "The text index is broken:"),
        ),
        "rows": _with_marks(samples.alert_rows(10)),
        "query": Query.parse("/ui", "severity=high&device=web-04"),
        "chips": chips(Query.parse("/ui", "severity=high&device=web-04")),
        "pagers": [
            pager(Query.parse("/ui", f"page={page}"), total=total)
            for page, total in ((1, 1791), (36, 1791), (72, 1791))
        ],
        "chart": samples.day_histogram(),
        "no_chart": Histogram(()),
        "top": samples.ADDRESSES,
        "document": samples.DOCUMENT.decode(),
        "incidents": samples.incident_lines(),
        "emptinesses": [
            Emptiness(Why.NO_SOURCES),
            Emptiness(Why.FILTERED, filters=3, clear_url="/ui"),
            Emptiness(Why.READING, progress=0.4),
            Emptiness(Why.PROBLEM, problem=samples.PROBLEM),
            Emptiness(
                Why.QUIET, read_at=frame.now - timedelta(seconds=4), newest_at=frame.now - timedelta(hours=3)
            ),
        ],
    }


def _with_marks(rows: Sequence[AlertRow]) -> list[AlertRow]:
    """The rows, each address with the next thing a list says of blocking it; the last can be blocked."""
    marks: Iterator[Mark | None] = iter(
        [
            Mark("b1", "203.0.113.61/32", BlockState.ACTIVE),
            Mark("b2", "198.51.100.23/32", BlockState.APPLYING),
            Mark("b3", "198.51.100.23/32", BlockState.FAILED),
            Mark("b4", "192.0.2.77/32", BlockState.REQUESTED, is_pushed=False),
        ]
    )
    return [replace(row, mark=next(marks, None)) if row.source_address else row for row in rows]


def icon_names() -> list[str]:
    """The names of the sprite, in its order."""
    return [part.split('"', 1)[0] for part in _ICONS.read_text(encoding="utf-8").split('<symbol id="')[1:]]
