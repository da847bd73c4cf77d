"""The workers of LAMIS as a process that a test may kill: `python -m tests.workers.killable DATA_DIR`.

It says `ready` once it works, and ends when its standard input does, so that it never outlives the test.
"""

import sys
from pathlib import Path

from lamis.base.secrets import load_keys
from lamis.base.settings import Settings
from lamis.storage.engine import Database
from lamis.storage.runtime import Runtime
from lamis.workers.embedded import Embedded


def main() -> None:
    folder = Path(sys.argv[1])
    settings = Settings(data_dir=folder, disk_min_mb=0, disk_min_percent=0, requests_per_minute=6000)
    runtime = Runtime(settings=settings, database=Database(folder / "lamis.db"), keys=load_keys(settings))
    workers = Embedded(runtime)
    workers.start()
    print("ready", flush=True)
    sys.stdin.read()
    workers.stop()


if __name__ == "__main__":
    main()
