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
