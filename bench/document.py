"""Keeping the figures: the marked part of docs/performance.md."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import sqlite_version

from bench.report import Section

FILE = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- figures: written by `make bench` -->", "<!-- end of figures -->"


def write(sections: Sequence[Section]) -> None:
    """Put the sections between the marks; those that were not measured now are lost."""
    before, _, rest = FILE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    parts = [BEGIN, "", _machine(), "", *(f"{section.markdown()}\n" for section in sections), END]
    FILE.write_text(before + "\n".join(parts) + after, encoding="utf-8")


def _machine() -> str:
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {os.cpu_count()} cores ({platform.machine()}),"
        f" {memory_gb:.0f} GiB of memory, {platform.system()}, Python {platform.python_version()},"
        f" SQLite {sqlite_version}; load average at the end {os.getloadavg()[0]:.1f}."
    )
