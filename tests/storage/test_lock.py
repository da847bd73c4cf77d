"""One process serves a data folder; the lock dies with it."""

import subprocess
import sys
from pathlib import Path

import pytest

from lamis.base.errors import Conflict
from lamis.storage.lock import ServingLock


def test_a_second_serving_process_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    lock = ServingLock(tmp_path)
    with pytest.raises(Conflict, match="already serves"):
        ServingLock(tmp_path)
    lock.release()
    ServingLock(tmp_path).release()


def test_a_killed_process_leaves_no_lock(tmp_path: Path) -> None:
    code = (
        "import pathlib, time; from lamis.storage.lock import ServingLock;"
        f"lock = ServingLock(pathlib.Path({str(tmp_path)!r})); print('held', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
    )
    assert other.stdout is not None
    assert other.stdout.readline() == b"held\n"
    with pytest.raises(Conflict):
        ServingLock(tmp_path)
    other.kill()
    other.wait()
    other.stdout.close()
    ServingLock(tmp_path).release()
