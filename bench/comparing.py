"""One turn of the worker at every firewall of a prepared folder, in a process of its own: what it took."""

import json
import sys
import time
from pathlib import Path

from bench.installation import opened
from lamis.workers.blocking import Blocker

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def main() -> None:
    with opened(Path(sys.argv[1])) as runtime:
        _CLEAR.write_text("5")  # the peak counts from now: imports are not what is measured
        before_mb = _mb("VmRSS")
        began = time.perf_counter()
        Blocker(runtime).look()
        took_s = time.perf_counter() - began
        print(json.dumps({"s": took_s, "more_mb": _mb("VmHWM") - before_mb}))


def _mb(name: str) -> float:
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
