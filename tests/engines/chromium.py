"""The machine's Chromium, driven by Playwright; Playwright's own download is never asked for."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, expect, sync_playwright

_PATIENCE_MS = 15_000  # what is expected of a page comes sooner, but not on a machine that is busy
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def program() -> str | None:
    """The path of the first Chromium found."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def why_not() -> str | None:
    """The reason why there is no browser here; None when there is one."""
    return None if program() else "Chromium is not installed (Debian: chromium)"


@contextmanager
def open_browser(profile: Path) -> Iterator[BrowserContext]:
    """A browser with the fresh profile folder `profile`; certificates made by tests are taken."""
    expect.set_options(timeout=_PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=program(),
            args=list(_FLAGS),
            headless=True,
            ignore_https_errors=True,
            viewport={"width": 1440, "height": 900},
        )
        try:
            yield browser
        finally:
            browser.close()
