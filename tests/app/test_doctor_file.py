"""The file and what is around it; the whole of it is tried in test_doctor.py."""

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
