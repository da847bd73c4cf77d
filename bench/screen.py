"""How soon what is searchable at a source is told on the page, in a real browser."""

import random
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from tests.engines import chromium

from bench.installation import new_document, prepare
from bench.report import Line, Section
from bench.serving import NAME, PASSWORD, Served
from lamis.simulators.local import LocalIndexer

POLL_S = 5
MARGIN_MS = 250
_WHAT = "searchable there to told on the page, median"
_TITLE = f"On the screen (polled every {POLL_S} s)"
_PATIENCE_MS = 30_000
# What the pill of new alerts says, as a number; looked at with every frame the browser draws.
_SEEN = "n => parseInt(document.querySelector('[data-news]').textContent || '0', 10) >= n"


def measure(folder: Path, *, quick: bool) -> Section:
    """One document after the other, at moments that are evenly spread between two polls.

    Thrown at random, forty of them would swing the median by 400 ms, more than what is looked for.
    """
    if reason := chromium.why_not():
        return Section(_TITLE, [Line.skipped(_WHAT, reason)])
    with LocalIndexer(tls=False) as indexer:
        indexer.add(new_document())
        prepare(folder / "data", indexer, count=0, poll_s=POLL_S, tenants=("Acme",))
        with Served(folder / "data") as served, chromium.open_browser(folder / "profile") as browser:
            page = browser.new_page()
            _sign_in(page, f"http://127.0.0.1:{served.port}")
            ages = _ages(page, indexer, rounds=10 if quick else 40)
    bound = POLL_S * 1000 / 2 + MARGIN_MS
    note = f"{len(ages)} documents; nine of ten within {quantiles(ages, n=10)[-1]:,.0f} ms"
    return Section(_TITLE, [Line(_WHAT, median(ages), "ms", bound, note=note)])


def _sign_in(page: Any, base: str) -> None:
    page.goto(f"{base}/sign-in?next=/alerts")
    page.fill("[name=name]", NAME)
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector("[data-news]", state="attached")
    page.wait_for_timeout(2 * POLL_S * 1000)  # the back-fill and the first polls
    page.reload()
    page.wait_for_timeout(2000)


def _ages(page: Any, indexer: LocalIndexer, *, rounds: int) -> list[float]:
    # Each was told just after a poll: how long it is waited then is how far the next document is from it.
    waits = [(place + 0.5) / rounds * POLL_S * 1000 for place in range(rounds)]
    random.Random(7).shuffle(waits)
    ages = []
    for number, wait_ms in enumerate(waits, 1):
        page.wait_for_timeout(wait_ms)
        began = time.monotonic()
        indexer.add(new_document())
        page.wait_for_function(_SEEN, arg=number, polling="raf", timeout=_PATIENCE_MS)
        ages.append((time.monotonic() - began) * 1000)
    return ages
