"""What a view means now."""

from datetime import timedelta

import pytest

from lamis.base.errors import Invalid
from lamis.base.scope import EVERYTHING
from lamis.live.types import View
from tests.alerts.world import NOW


def test_spans_move_on_with_the_time() -> None:
    view = View("alerts", EVERYTHING, (("from", ("2h",)),))
    assert view.wanted(now=NOW).since == NOW - timedelta(hours=2)
    later = NOW + timedelta(hours=1)
    assert view.wanted(now=later).since == later - timedelta(hours=2)


def test_without_a_time_the_last_day_is_meant() -> None:
    assert View("alerts", EVERYTHING).wanted(now=NOW).since == NOW - timedelta(days=1)
    until = View("alerts", EVERYTHING, (("to", ("1h",)),)).wanted(now=NOW)
    assert until.since is None


def test_nonsense_is_refused() -> None:
    with pytest.raises(Invalid):
        View("alerts", EVERYTHING, (("severity", ("dreadful",)),)).wanted(now=NOW)
