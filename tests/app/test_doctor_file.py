"""The file and what is around it; the whole of it is tried in test_doctor.py."""

from pathlib import Path

from lamis.app import doctor_file
from lamis.app.findings import Verdict
from lamis.storage.engine import Database
from lamis.storage.lock import ServingLock
from tests.web.site import make_runtime


def test_a_served_folder_is_told_from_one_that_rests(sqlite_database: Database) -> None:
    folder = sqlite_database.path.parent
    folder.chmod(0o700)
    settings = make_runtime(sqlite_database, data_dir=folder, disk_min_mb=0, disk_min_percent=0).settings

    def process() -> Verdict:
        return next(each for each in doctor_file.around(settings) if each.check == "process").verdict

    assert process() is Verdict.WARNING
    lock = ServingLock(folder)
    assert process() is Verdict.OK
    lock.release()
    assert doctor_file.whole(sqlite_database).verdict is Verdict.OK


def test_a_folder_that_others_can_open_is_told_with_a_command_that_works_from_anywhere(
    sqlite_database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "of the house"
    folder.mkdir()
    folder.chmod(0o755)
    settings = make_runtime(sqlite_database, data_dir=folder).settings
    found = next(each for each in doctor_file.around(settings) if each.check == "data folder")
    assert found.verdict is Verdict.WRONG
    assert found.cure == f"chmod go= '{folder}'"
