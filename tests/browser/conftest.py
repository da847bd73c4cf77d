"""Fixtures of the browser's tests."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page

from lamis.base.clock import iso, utc_now
from lamis.simulators.local import LocalIndexer
from tests.browser.served import ATTACK, Home, empty_home, filled_home, sign_in, watched
from tests.engines import chromium

ALERTS = 60


def attack() -> dict[str, object]:
    """A document whose every text would do harm on a page that does not escape."""
    return {
        "@timestamp": iso(utc_now()),
        "timestamp": ATTACK,
        "rule": {"id": ATTACK, "level": 12, "description": ATTACK, "groups": [ATTACK],
                 "mitre": {"id": [ATTACK], "tactic": [ATTACK], "technique": [ATTACK]}},
        "agent": {"id": ATTACK, "name": ATTACK, "ip": ATTACK},
        "manager": {"name": ATTACK},
        "decoder": {"name": ATTACK},
        "location": ATTACK,
        "full_log": ATTACK,
        "data": {"srcip": ATTACK, "srcuser": ATTACK, ATTACK: ATTACK},
        "id": ATTACK,
    }  # fmt: skip


def plain(number: int) -> dict[str, object]:
    """One of a minute's alerts; the first is the oldest."""
    return {
        "@timestamp": iso(utc_now() - timedelta(minutes=ALERTS - number)),
        "rule": {"id": "5710", "level": 3 + number % 3, "description": f"sshd: try {number}"},
        "agent": {"id": "007", "name": f"web-{number % 4}"},
        "data": {"srcip": f"198.51.100.{number % 7}"},
        "id": f"1.{number}",
    }


@pytest.fixture(scope="module")
def indexer() -> Iterator[LocalIndexer]:
    with LocalIndexer() as running:
        for number in range(1, ALERTS):
            running.add(plain(number))
        running.add(attack())
        yield running


@pytest.fixture(scope="module")
def home(indexer: LocalIndexer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A LAMIS with alerts, shared by the tests of a module."""
    if reason := chromium.why_not():
        pytest.skip(reason)
    with filled_home(tmp_path_factory.mktemp("home"), indexer, alerts=ALERTS) as served:
        yield served


@pytest.fixture
def new_home(indexer: LocalIndexer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A LAMIS that nobody has set up."""
    with empty_home(tmp_path_factory.mktemp("new"), indexer) as served:
        yield served


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    """A page of a browser that was never here."""
    with watched(browser) as opened:
        yield opened


@pytest.fixture
def inside(page: Page, home: Home) -> Page:
    """A page on the overview, signed in."""
    sign_in(page, home)
    return page
