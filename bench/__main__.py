"""`python -m bench [--quick] [--write] [SECTION…]`: measure, print, and on `--write` keep the figures."""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import beside, blocks, collect, document, fresh, ingest, pages, postgres, screen, sockets, start
from bench.report import Section

Measure = Callable[..., Section]
SECTIONS: dict[str, Measure] = {
    "pages": pages.measure,
    "ingest": ingest.measure,
    "postgresql": postgres.measure,
    "collect": collect.measure,
    "beside": beside.measure,
    "fresh": fresh.measure,
    "screen": screen.measure,
    "sockets": sockets.measure,
    "blocks": blocks.measure,
    "start": start.measure,
}


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="lamis-bench-") as made:
        yield Path(made)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "sections", nargs="*", metavar="SECTION", help=f"of {', '.join(SECTIONS)}; all unless named"
    )
    parser.add_argument("--quick", action="store_true", help="smaller sizes, to see that everything runs")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/performance.md")
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help="keep the installations of `pages`, or use those kept today",
    )
    chosen = parser.parse_args()
    if unknown := set(chosen.sections) - set(SECTIONS):
        parser.error(f"no section is called {', '.join(sorted(unknown))}")
    for name, measure in SECTIONS.items():
        if chosen.sections and name not in chosen.sections:
            continue
        began = time.monotonic()
        with _folder(chosen.keep if name == "pages" else None) as folder:
            section = measure(folder, quick=chosen.quick)
        print(f"{section}\n  ({time.monotonic() - began:.0f} s)\n", flush=True)
        if chosen.write:
            document.write(name, section)


if __name__ == "__main__":
    main()
