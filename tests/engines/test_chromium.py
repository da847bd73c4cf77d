"""The browser of the tests runs scripts and remembers nothing."""

import pytest
from playwright.sync_api import BrowserContext


@pytest.mark.browser
@pytest.mark.slow
def test_a_browser_runs_scripts_and_starts_empty(browser: BrowserContext) -> None:
    page = browser.new_page()
    page.set_content("<p id=x>still</p><script>x.textContent = 'moved'</script>")
    assert page.text_content("#x") == "moved"
    assert browser.cookies() == []
