"""What the doctor finds where PostgreSQL and Redis are."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from lamis.app.doctor import examine
from lamis.app.findings import Finding, Verdict
from lamis.base.clock import utc_now
from lamis.base.settings import Settings
from lamis.storage import leases
from lamis.storage.serving import DatabaseLock
from tests.engines.node import free_port
from tests.engines.postgres import OWNER, SERVING, PostgresServer
from tests.engines.redis import RedisServer

pytestmark = pytest.mark.engine


@pytest.fixture
def name(postgres_server: PostgresServer) -> Iterator[str]:
    with postgres_server.migrated() as found:
        yield found


def settings(server: PostgresServer, name: str, folder: Path, *, role: str = SERVING) -> Settings:
    return Settings(_env_file=None, data_dir=folder / "data", database_url=server.url(role, name))


def examined(given: Settings) -> tuple[bool, dict[str, Finding]]:
    found: dict[str, Finding] = {}
    is_well = examine(given, each=lambda finding: found.update({finding.check: finding}))
    return is_well, found


def test_a_fresh_installation_is_well_and_told_to_start(
    postgres_server: PostgresServer, name: str, tmp_path: Path
) -> None:
    is_well, found = examined(settings(postgres_server, name, tmp_path))
    assert is_well, found
    for check in ("database", "role", "row-level security", "clocks"):
        assert found[check].verdict is Verdict.OK, found[check]
    assert found["processes"].verdict is Verdict.WARNING


def test_roles_that_may_too_much_are_named(
    postgres_server: PostgresServer, name: str, tmp_path: Path
) -> None:
    _, found = examined(settings(postgres_server, name, tmp_path, role=OWNER))
    assert found["role"].verdict is Verdict.WARNING
    assert found["row-level security"].verdict is Verdict.OK
    is_well, found = examined(settings(postgres_server, name, tmp_path, role="postgres"))
    assert not is_well
    assert "superuser" in found["role"].message


def test_a_database_without_tables_or_without_its_server_is_named(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    with postgres_server.empty() as bare:
        is_well, found = examined(settings(postgres_server, bare, tmp_path))
    assert not is_well
    assert found["database"].cure == "lamis migrate"
    away = Settings(
        _env_file=None,
        data_dir=tmp_path / "data",
        database_url=f"postgresql://lamis:hidden@127.0.0.1:{free_port()}/lamis",
    )
    is_well, found = examined(away)
    assert not is_well
    assert "LAMIS_DATABASE_URL" in found["database"].message
    assert "hidden" not in str(found)


def test_processes_their_scheduler_and_redis_are_looked_at(
    postgres_server: PostgresServer, redis_server: RedisServer, name: str, tmp_path: Path
) -> None:
    given = settings(postgres_server, name, tmp_path)
    database = postgres_server.opened(name)
    lock = DatabaseLock(database, is_alone=False)
    _, found = examined(given)
    assert found["processes"].verdict is Verdict.OK
    assert "redis" not in found
    given = given.model_copy(update={"redis_url": redis_server.url.replace("//", "//:hidden@")})
    given_open = given.model_copy(update={"redis_url": redis_server.url})
    _, found = examined(given_open)
    assert found["processes"].cure == "lamis scheduler"
    assert found["redis"].verdict is Verdict.OK
    with database.write() as session:
        leases.take(session, leases.SCHEDULER, holder="one", lasts_ms=60_000, now=utc_now())
    redis_server.stop()
    is_well, found = examined(given)
    assert not is_well
    assert found["processes"].verdict is Verdict.OK
    assert "LAMIS_REDIS_URL" in found["redis"].cure
    assert "hidden" not in str(found)
    lock.release()
    database.close()


def test_a_table_that_shows_itself_to_all_is_found(
    postgres_server: PostgresServer, name: str, tmp_path: Path
) -> None:
    with closing(postgres_server.opened(name)) as database, database.write() as session:
        session.execute(
            text("INSERT INTO tenant (id, name, name_folded, created_ms) VALUES ('t', 'Acme', 'acme', 0)")
        )
    postgres_server.run("ALTER TABLE tenant DISABLE ROW LEVEL SECURITY", database=name)
    is_well, found = examined(settings(postgres_server, name, tmp_path))
    postgres_server.run("ALTER TABLE tenant ENABLE ROW LEVEL SECURITY", database=name)
    assert not is_well
    assert found["row-level security"].verdict is Verdict.WRONG
