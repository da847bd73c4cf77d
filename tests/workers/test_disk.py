"""The disk guard's decision and its memory."""

from pathlib import Path

import pytest

from lamis.base.settings import Settings
from lamis.storage.engine import Database
from lamis.storage.state import state
from lamis.workers import disk
from lamis.workers.disk import Usage

GB = 1 << 30


@pytest.mark.parametrize(
    ("total", "free", "rests"),
    [
        (10 * GB, 2 * GB, False),
        (10 * GB, GB - 1, True),
        (1000 * GB, 51 * GB, False),
        (1000 * GB, 49 * GB, True),
    ],
)
def test_collecting_rests_below_a_gigabyte_or_five_percent(total: int, free: int, rests: bool) -> None:
    assert (disk.why_resting(Settings(), Usage(total, 0, free)) is not None) is rests


def test_the_sentence_stays_until_it_is_over(database: Database) -> None:
    with database.write() as session:
        assert not disk.keep_state(session, None)
        assert disk.keep_state(session, "10 MB are free")
        assert not disk.keep_state(session, "9 MB are free")
        assert state(session, "disk_guard") == "10 MB are free"
        assert disk.keep_state(session, None)
        assert state(session, "disk_guard") is None


def test_the_machine_is_measured(tmp_path: Path) -> None:
    assert disk.measured(tmp_path).total > 0
