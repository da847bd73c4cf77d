"""What the living page shows: each component in all its states."""

from datetime import timedelta

from lamis.alerts.types import Severity
from lamis.views import samples
from lamis.views.charts import Histogram
from lamis.views.filters import chips
from lamis.views.links import Query
from lamis.views.pages import Emptiness, Why
from lamis.views.render import STATIC
from lamis.views.rows import Banner, Frame, Tone, pager

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
        "rows": samples.alert_rows(6),
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


def icon_names() -> list[str]:
    """The names of the sprite, in its order."""
    return [part.split('"', 1)[0] for part in _ICONS.read_text(encoding="utf-8").split('<symbol id="')[1:]]
