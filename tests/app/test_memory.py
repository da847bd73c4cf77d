"""Memory that large answers took."""

import os
import platform
import subprocess
import sys

import pytest

PLAYED = """
import re
from pathlib import Path
from lamis.app.memory import give_back_what_is_large

def own_kb():
    return int(re.search(r"RssAnon:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

{first}
before = own_kb()
bytearray(1 << 20)  # the library takes a block of this size for an ordinary one from now on
large, small = [], []
for _ in range(100):
    large.append(bytearray(1 << 20))
    small.append(bytearray(3000))
del large
print((own_kb() - before) // 1024)
"""


def kept_mb(first: str) -> int:
    """What a process still has of a hundred megabytes that it let go."""
    command = [sys.executable, "-c", PLAYED.format(first=first)]
    untuned = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    return int(subprocess.run(command, env=untuned, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library is not GNU's")
def test_what_was_large_is_given_back() -> None:
    assert kept_mb("") > 50
    assert kept_mb("give_back_what_is_large()") < 10
