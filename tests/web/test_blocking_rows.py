"""Blocks on the pages of alerts: a button, a mark, what was blocked before."""

import re
from datetime import timedelta

import pytest

from lamis.base.clock import utc_now
from tests.api.filled import connect, document, store
from tests.web.blocks import Blocked, blocked_site
from tests.web.site import Site

_OPEN = re.compile(r'class="open" href="([^"]+)"')


@pytest.fixture
def blocked(site: Site) -> Blocked:
    """Acme with one alert of 198.51.100.7."""
    found = blocked_site(site)
    now = utc_now()
    source = connect(site, found.acme, "emea", now=now)
    store(site, source, [document(1, at=now - timedelta(minutes=1), title="Login failed")], now=now)
    return found


def test_a_row_has_a_button_until_its_address_is_blocked_then_a_mark(blocked: Blocked) -> None:
    for path in ("/alerts", "/"):
        page = blocked.analyst.get(path).text
        assert 'action="/blocking/block"' in page
        assert 'name="ip_address" value="198.51.100.7"' in page
        assert 'name="reason" value="Login failed"' in page
        assert "This IP is" not in page
    block_id = blocked.ask("198.51.100.4/30")
    assert f"/blocking/{block_id}" in blocked.analyst.get("/alerts").text
    page = blocked.analyst.get("/").text
    assert 'action="/blocking/block"' not in page
    assert "This IP is being blocked" in page


def test_a_viewer_sees_the_mark_and_no_button(blocked: Blocked) -> None:
    assert "/blocking/block" not in blocked.viewer.get("/alerts").text
    blocked.ask("198.51.100.7")
    assert "This IP is being blocked" in blocked.viewer.get("/alerts").text


def test_the_overview_counts_blocked_addresses(blocked: Blocked) -> None:
    assert "none blocked" in blocked.analyst.get("/").text
    blocked.ask("198.51.100.7")
    page = blocked.analyst.get("/").text
    assert "Blocked addresses" in page
    assert "all as wanted" in page


def test_an_alert_shows_earlier_blocks_of_its_address(blocked: Blocked) -> None:
    path = _OPEN.findall(blocked.analyst.get("/alerts").text)[0]
    page = blocked.analyst.get(path).text
    assert "never blocked" in page
    assert "/blocking/block?ip_address=198.51.100.7&amp;reason=Login+failed" in page
    block_id = blocked.ask("198.51.100.7")
    page = blocked.analyst.get(path).text
    assert f"/blocking/{block_id}" in page
    assert "/blocking/block?" not in page
    assert "/blocking/block?" not in blocked.viewer.get(path).text


def ids(page: str) -> list[str]:
    return re.findall(r'<tr[^>]* data-id="([^"]+)"', page)


def test_lines_that_are_shown_can_be_asked_for_as_they_are_now(blocked: Blocked) -> None:
    (row,) = ids(blocked.analyst.get("/alerts").text)
    path = f"/alerts/rows?id={row}"
    assert 'action="/blocking/block"' in blocked.analyst.get(path).text
    blocked.ask("198.51.100.7")
    answer = blocked.analyst.get(path)
    assert (ids(answer.text), answer.headers["x-part"]) == ([row], "1")
    assert "This IP is being blocked" in answer.text
    assert "<html" not in answer.text
    assert "This IP is being blocked" in blocked.viewer.get(path).text


def test_lines_of_others_and_of_nothing_are_left_out(blocked: Blocked) -> None:
    (row,) = ids(blocked.analyst.get("/alerts").text)
    for path in ("/alerts/rows", "/incidents/rows"):
        assert ids(blocked.foreign.get(f"{path}?id={row}").text) == []
        assert ids(blocked.analyst.get(path).text) == []
        assert blocked.site.stranger().get(path).status_code == 303
    assert blocked.analyst.get("/alerts/rows?id=nonsense").status_code == 404


def test_incidents_carry_the_mark_or_the_button_too(blocked: Blocked) -> None:
    now = utc_now()
    source = connect(blocked.site, blocked.acme, "apac", now=now)
    store(blocked.site, source, [document(2, at=now, title="Worm", level=12)], now=now)
    page = blocked.analyst.get("/incidents").text
    assert 'aria-label="Block 198.51.100.7"' in page
    assert 'aria-label="Block' not in blocked.viewer.get("/incidents").text
    (row,) = ids(page)
    blocked.ask("198.51.100.7")
    for path in ("/incidents", f"/incidents/rows?id={row}", f"/incidents/{row}"):
        assert "This IP is being blocked" in blocked.viewer.get(path).text
    assert ids(blocked.foreign.get(f"/incidents/rows?id={row}").text) == []
