"""Live pages in a browser: who looks at them, what they say of themselves, whether they were loaded again."""

from playwright.sync_api import BrowserContext, Page, expect

from lamis.access import cookies
from tests.live.house import House


def sign_in(browser: BrowserContext, house: House, home: str, name: str = "olga") -> None:
    browser.add_cookies([{"name": cookies.SESSION, "value": house.cookie(name), "url": home}])


def state(page: Page, words: str) -> None:
    expect(page.locator("[data-live-state]")).to_contain_text(words)


def mark(page: Page) -> None:
    """Something a load would take away."""
    page.evaluate("() => { document.body.dataset.kept = 'yes'; }")


def assert_not_loaded_again(page: Page) -> None:
    expect(page.locator("body")).to_have_attribute("data-kept", "yes")


def assert_loaded_again(page: Page) -> None:
    expect(page.locator("body")).not_to_have_attribute("data-kept", "yes")
