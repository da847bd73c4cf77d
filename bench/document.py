"""Keeping the figures: the marked parts of docs/performance.md."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import sqlite_version

from bench.report import Section

FILE = Path(__file__).parents[1] / "docs" / "performance.md"


def write(name: str, section: Section) -> None:
    """Put a section in place of what its part of the page held."""
    begin, end = f"<!-- figures: {name} -->", f"<!-- end: {name} -->"
    before, _, rest = FILE.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(end)[2]
    text = f"{before}{begin}\n\n{section.markdown()}\n\n{_machine()}\n\n{end}{after}"
    FILE.write_text(text, encoding="utf-8")


def _machine() -> str:
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"_{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}), {memory_gb:.0f} GiB,"
        f" {platform.system()}, Python {platform.python_version()}, SQLite {sqlite_version};"
        f" load average at the end {os.getloadavg()[0]:.1f}._"
    )
