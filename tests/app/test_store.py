"""The store without a serving process."""

from pathlib import Path

from lamis.app.store import database_path, open_store
from lamis.base.settings import Settings
from lamis.schema.migrate import newest, present
from lamis.storage.lock import ServingLock


def test_it_is_made_where_there_is_none_and_needs_no_lock(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path / "data")
    first = open_store(settings)
    lock = ServingLock(settings.data_dir)
    second = open_store(settings)
    with second.database.read() as session:
        assert present(session.connection()) == newest()
    assert database_path(settings).exists()
    for runtime in (first, second):
        runtime.database.close()
    lock.release()
