"""First run, people and signing in, as a real browser does them over a real server."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lamis.storage.engine import Database
from lamis.web.app import build_web
from tests.browser.served import watched
from tests.live.serving import listening
from tests.web.site import PASSWORD, make_runtime

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def home(database: Database) -> Iterator[str]:
    """The address of an installation nobody has set up."""
    with listening(build_web(make_runtime(database))) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    with watched(browser) as page:
        yield page


def set_up(page: Page, home: str, name: str) -> None:
    page.goto(home)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Create and go on").click()


def test_the_first_person_sets_up_adds_somebody_and_both_sign_in(
    page: Page, browser: BrowserContext, home: str
) -> None:
    set_up(page, home, "Olga")
    expect(page).to_have_title("Connect the first source · LAMIS")
    page.get_by_role("link", name="Add people first").click()
    page.get_by_label("Name").fill("Petra")
    page.get_by_label("Analyst").check()
    page.get_by_role("button", name="Add and make the link").click()
    link = page.locator("main pre").inner_text().strip()
    page.get_by_role("link", name="Done").click()
    expect(page).to_have_title("Petra · LAMIS")

    browser.clear_cookies()
    page.goto(link)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Set password and sign in").click()
    expect(page.locator("[data-messages]")).to_contain_text("signed in as Petra")

    browser.clear_cookies()
    page.goto(f"{home}/account")
    expect(page).to_have_title("Sign in · LAMIS")
    page.get_by_label("Name").fill("olga")
    page.get_by_label("Password").fill("not this one at all")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("The name or the password is wrong.")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_title("Account · LAMIS")


def test_a_name_made_of_markup_stays_a_name(page: Page, home: str) -> None:
    set_up(page, home, HOSTILE)
    for path in ("/account", "/people", "/people/add", "/tenants"):
        page.goto(home + path)
        expect(page.locator("img")).to_have_count(0)
    page.goto(f"{home}/people")
    page.get_by_role("link", name=HOSTILE, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    expect(page.locator("img")).to_have_count(0)


def test_removing_a_person_asks_in_a_dialog_that_names_them(page: Page, home: str) -> None:
    set_up(page, home, "Olga")
    page.goto(f"{home}/people/add")
    page.get_by_label("Name").fill("Petra")
    page.get_by_role("button", name="Add and make the link").click()
    page.get_by_role("link", name="Done").click()
    page.get_by_role("link", name="Remove Petra").click()
    dialog = page.get_by_role("dialog", name="Remove Petra?")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Remove Petra").click()
    expect(page.locator("[data-messages]")).to_contain_text("Petra is removed")
    expect(page.get_by_role("link", name="Petra")).to_have_count(0)
