"""A back-fill that tells how much memory it took: `python -m tests.workers.measured DATA_DIR`.

The source is in the store already. Prints the peak of this process before and after, in bytes.
"""

import resource
import sys
from pathlib import Path

from lamis.base.secrets import load_keys
from lamis.base.settings import Settings
from lamis.storage.engine import Database
from lamis.storage.runtime import Runtime
from lamis.workers.collector import Collector


def peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> None:
    folder = Path(sys.argv[1])
    settings = Settings(data_dir=folder, disk_min_mb=0, disk_min_percent=0, requests_per_minute=6000)
    runtime = Runtime(settings=settings, database=Database(folder / "lamis.db"), keys=load_keys(settings))
    collector = Collector(runtime)
    collector.start()
    before = peak_bytes()
    sys.stdin.readline()
    while collector.look():
        pass
    print(before, peak_bytes(), file=sys.stderr)


if __name__ == "__main__":
    main()
