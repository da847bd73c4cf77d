"""Whatever the backlog, collecting adds little to a process."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from lamis.base.clock import utc_now
from lamis.simulators.local import LocalIndexer
from tests.workers.world import World, document

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = 100_000
MOST_BYTES = 80 << 20


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_large_back_fill_adds_less_than_eighty_megabytes(
    world: World, indexer: LocalIndexer, tmp_path: Path
) -> None:
    """The backlog has 150 MB as it is sent: whoever held it would be found out."""
    world.clock.now = now = utc_now()
    log = "x" * 1_400
    for number in range(DOCUMENTS):
        raw = document(now - timedelta(milliseconds=750 * number), number, full_log=f"{log}{number}")
        indexer.add(raw, index="wazuh-alerts-4.x-backlog")
    assert sum(len(one.raw) for one in indexer.documents()) > MOST_BYTES
    world.connect(indexer, poll_s=3600)
    child = subprocess.run(
        [sys.executable, "-m", "tests.workers.measured", str(tmp_path)],
        cwd=ROOT,
        input=b"\n",
        capture_output=True,
        timeout=280,
        check=True,
    )
    before, after = (int(number) for number in child.stderr.split())
    assert len(world.stored()) == DOCUMENTS
    assert after - before < MOST_BYTES
