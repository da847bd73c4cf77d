"""What the doctor finds."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from lamis.access.importing import import_connections
from lamis.app.doctor import examine
from lamis.app.findings import Finding, Verdict
from lamis.app.store import open_store
from lamis.base.scope import SYSTEM
from lamis.base.settings import Settings
from lamis.connections.drafts import parse_draft
from lamis.connections.import_file import Entry
from lamis.simulators.local import LocalIndexer
from lamis.storage.runtime import Runtime
from lamis.storage.state import set_state
from tests.alerts.world import settle
from tests.incidents.world import high, take
from tests.indexers import way_to


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path / "data", disk_min_mb=0, disk_min_percent=0)


@pytest.fixture
def store(settings: Settings) -> Runtime:
    return open_store(settings)


def _examined(settings: Settings) -> tuple[bool, dict[str, Finding]]:
    found: dict[str, Finding] = {}
    is_well = examine(settings, each=lambda finding: found.update({finding.check: finding}))
    return is_well, found


def test_a_fresh_installation_is_well_and_warned_about(settings: Settings, store: Runtime) -> None:
    is_well, found = _examined(settings)
    assert is_well
    assert found["database"].verdict is Verdict.OK
    assert found["process"].verdict is Verdict.WARNING
    assert found["sources"].verdict is Verdict.WARNING


def test_a_setting_that_would_stop_the_start_is_wrong(settings: Settings, store: Runtime) -> None:
    is_well, found = _examined(settings.model_copy(update={"trusted_proxy": "nobody"}))
    assert not is_well
    assert found["settings"].verdict is Verdict.WRONG
    assert "LAMIS_TRUSTED_PROXY" in found["settings"].message


def test_nothing_is_made_where_nothing_is(settings: Settings) -> None:
    is_well, found = _examined(settings)
    assert not is_well
    assert "lamis up" in found["database"].cure
    assert not settings.data_dir.exists()


@pytest.mark.parametrize("name", ["encryption.key", "secret.key"])
def test_a_key_that_is_gone_is_named_and_not_made_anew(settings: Settings, store: Runtime, name: str) -> None:
    (settings.data_dir / name).unlink()
    _, found = _examined(settings)
    assert found["keys"].verdict is Verdict.WARNING
    assert name in found["keys"].message
    assert not (settings.data_dir / name).exists()


def test_keys_of_the_settings_need_no_files(settings: Settings, store: Runtime) -> None:
    given = {}
    for field, name in (("secret_key", "secret.key"), ("encryption_keys", "encryption.key")):
        given[field] = (settings.data_dir / name).read_text().strip()
        (settings.data_dir / name).unlink()
    is_well, found = _examined(settings.model_copy(update=given))
    assert is_well
    assert "keys" not in found


def test_a_key_that_others_can_read_is_named(settings: Settings, store: Runtime) -> None:
    (settings.data_dir / "encryption.key").chmod(0o644)
    is_well, found = _examined(settings)
    assert not is_well
    assert "encryption.key" in found["data folder"].message


def test_a_full_disk_is_named(settings: Settings, store: Runtime) -> None:
    full = settings.model_copy(update={"disk_min_mb": 1 << 40})
    is_well, found = _examined(full)
    assert not is_well
    assert found["disk"].cure
    assert f"{found['disk'].message} {found['disk'].cure}".count("Free disk space") == 1


def test_an_older_database_is_named(settings: Settings, store: Runtime) -> None:
    with store.database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    is_well, found = _examined(settings)
    assert not is_well
    assert found["database"].cure == "lamis migrate"


def test_a_damaged_database_is_named(settings: Settings, store: Runtime) -> None:
    store.database.close()
    store.database.path.write_bytes(b"no database" * 1000)
    for more in ("-wal", "-shm"):
        store.database.path.with_name(store.database.path.name + more).unlink(missing_ok=True)
    is_well, found = _examined(settings)
    assert not is_well
    assert "restore" in found["database"].cure


def test_every_source_is_tested_with_its_code(
    settings: Settings, store: Runtime, indexer: LocalIndexer
) -> None:
    values = {
        "name": "acme",
        **way_to(indexer),
    }
    import_connections(store, SYSTEM, [Entry("acme", "Acme", parse_draft(values))])
    is_well, found = _examined(settings)
    assert is_well, found
    assert found["source acme"].code == "ok"
    lost = settings.model_copy(update={"encryption_keys": Fernet.generate_key().decode()})
    is_well, found = _examined(lost)
    assert not is_well
    assert found["source acme"].code == "secret_unreadable"


def test_a_restore_that_was_cut_short_is_named(settings: Settings, store: Runtime) -> None:
    with store.database.write() as session:
        set_state(session, "restoring", "1")
    is_well, found = _examined(settings)
    assert not is_well
    assert "did not come to its end" in found["database"].message


@pytest.mark.slow
def test_a_count_that_does_not_add_up_is_named(settings: Settings, store: Runtime) -> None:
    settle(store.database)
    take(store.database, high(1), high(2))
    assert _examined(settings)[1]["incidents"].verdict is Verdict.OK
    with store.database.write() as session:
        session.execute(text("UPDATE incident SET count = 7"))
    is_well, found = _examined(settings)
    assert not is_well
    assert "#1 counts 7, holds 2" in found["incidents"].message
