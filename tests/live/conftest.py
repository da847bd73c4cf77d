"""The socket and its pages on a store of the test's own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from lamis.storage.engine import Database
from tests.browser.served import watched
from tests.live.house import House
from tests.live.pages import sign_in
from tests.live.serving import serving


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


@pytest.fixture
def home(house: House) -> Iterator[str]:
    """The address of a real server."""
    with serving(house.runtime) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page(browser: BrowserContext, house: House, home: str) -> Iterator[Page]:
    """A page of a signed-in browser, on which no script may fail."""
    sign_in(browser, house, home)
    with watched(browser) as page:
        yield page
