"""A simulated indexer as a process of its own, so that what it costs is not in the waits of who asks.

`python -m bench.source COUNT` makes so many alerts of the last hours, prints where it answers as a line of
JSON, and ends when its standard input does.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta

from bench.installation import documents
from lamis.base.clock import utc_now
from lamis.simulators.local import LocalIndexer


@dataclass(frozen=True, slots=True)
class Source:
    """Where an indexer answers, and to whom."""

    url: str
    username: str
    password: str


@contextmanager
def apart(count: int) -> Iterator[Source]:
    """An indexer that holds `count` alerts of the last hours, as long as the context lasts."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.source", str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        told = process.stdout.readline()
        if not told:
            raise SystemExit("The simulated indexer did not start.")
        yield Source(**json.loads(told))
    finally:
        process.stdin.close()
        process.wait(20)
        process.stdout.close()


def main() -> None:
    now = utc_now()
    with LocalIndexer(tls=False) as indexer:
        made = documents(int(sys.argv[1]), since=now - timedelta(hours=20), until=now, seed=0)
        indexer.add_many(raw for _, raw in made)
        source = Source(indexer.url, indexer.username, indexer.password)
        print(json.dumps(asdict(source)), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
