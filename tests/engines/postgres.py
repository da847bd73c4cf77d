"""A real PostgreSQL on a free port: an owner of the tables, and a role that serves and may do no more."""

import itertools
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from lamis.schema.migrate import migrate
from lamis.storage.engine import Database
from lamis.storage.postgres import OLDEST, Postgres
from tests import store
from tests.engines.node import free_port
from tests.engines.waiting import wait_until

_START_S = 60
OWNER, SERVING, GUARDED = "lamis_owner", "lamis_app", "lamis_guarded"
_TEMPLATE = "lamis_template"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "max_locks_per_transaction": "256",
}
# What tests keep is gone in a moment.
_HASTY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "64MB",
    "autovacuum": "off",
}
# As docs/postgresql.md advises.
_DURABLE = {
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "lz4",
    "random_page_cost": "1.1",
}
# As the superuser, for whom neither foreign keys nor row-level security count here.
_EMPTY = """
DO $$ DECLARE one record; is_filled boolean; BEGIN
  PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT relname FROM pg_class WHERE relname ~ '^alert_[0-9]{8}$' AND relkind = 'r' LOOP
    PERFORM lamis_drop_day(to_date(substr(one.relname, 7), 'YYYYMMDD') - date '2000-01-01');
  END LOOP;
  FOR one IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
    AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'alembic_version' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', one.relname) INTO is_filled;
    IF is_filled THEN
      EXECUTE format('DELETE FROM %I', one.relname);
    END IF;
  END LOOP;
  FOR one IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' LOOP
    EXECUTE format('ALTER SEQUENCE %I RESTART', one.relname);
  END LOOP;
END $$"""


def programs() -> Path | None:
    """The folder of the newest PostgreSQL that is new enough."""
    found: list[tuple[int, Path]] = []
    for initdb in (
        *Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        Path(shutil.which("initdb") or "/nothing"),
    ):
        if initdb.exists():
            told = subprocess.run([initdb, "--version"], capture_output=True, text=True, check=True).stdout
            version = re.search(r"\d+", told)
            found.append((int(version[0]) if version else 0, initdb.parent))
    newest = max(found, default=(0, Path()))
    return newest[1] if newest[0] >= OLDEST else None


def why_not() -> str | None:
    """The reason why PostgreSQL cannot start here; None when it can."""
    if programs() is None:
        return f"PostgreSQL {OLDEST} or newer is not installed (Debian: postgresql)"
    if os.geteuid() == 0 and (shutil.which("setpriv") is None or not _has_user("postgres")):
        return "PostgreSQL refuses root, and setpriv or the user postgres is not here"
    return None


def _has_user(name: str) -> bool:
    return any(user.pw_name == name for user in pwd.getpwall())


class PostgresServer:
    """A running server; `admin_url` is its superuser's. Nobody needs a password but GUARDED ("secret").

    It trades safety for speed, unless it `is_durable`, as a figure must be.
    """

    def __init__(self, *, is_durable: bool = False) -> None:
        folder = programs()
        assert folder is not None, "asked for before `why_not` was"
        self._home = Path(tempfile.mkdtemp(prefix="lamis-postgres-"))
        self._port = free_port()
        self._free: list[str] = []
        self._names = (f"lamis_{number}" for number in itertools.count(1))
        if os.geteuid() == 0:
            shutil.chown(self._home, "postgres", "postgres")
        data = self._home / "data"
        quiet = {"stdout": subprocess.DEVNULL, "check": True}
        encoded = ["--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run(
            [
                *_as_user(),
                folder / "initdb",
                "-D",
                data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "--no-sync",
                *encoded,
            ],
            cwd="/",
            **quiet,  # type: ignore[call-overload]
        )
        access = data / "pg_hba.conf"
        access.write_text(f"host all {GUARDED} 127.0.0.1/32 scram-sha-256\n{access.read_text()}")
        wished = _SETTINGS | (_DURABLE if is_durable else _HASTY)
        options = [part for name, value in wished.items() for part in ("-c", f"{name}={value}")]
        with (self._home / "server.log").open("wb") as log:
            self._process = subprocess.Popen(
                [*_as_user(), folder / "postgres", "-D", data, "-p", str(self._port), *options],
                cwd="/",
                stdout=log,
                stderr=log,
            )
        self.admin_url = self.url("postgres", "postgres")
        try:
            wait_until(self._answers, timeout_s=_START_S, what="PostgreSQL answering")
            self._prepare()
        except BaseException:
            self.close()
            raise

    def url(self, role: str, database: str, password: str | None = None) -> str:
        who = role if password is None else f"{role}:{password}"
        return f"postgresql://{who}@127.0.0.1:{self._port}/{database}"

    def _answers(self) -> bool:
        if self._process.poll() is not None:
            raise RuntimeError(f"PostgreSQL ended at its start:\n{(self._home / 'server.log').read_text()}")
        try:
            psycopg.connect(self.admin_url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _prepare(self) -> None:
        """The roles, and a migrated database that tests copy."""
        for role in (OWNER, SERVING):
            self.run(f"CREATE ROLE {role} LOGIN")
        self.run(f"CREATE ROLE {GUARDED} LOGIN PASSWORD 'secret'")
        self.run(f"CREATE DATABASE {_TEMPLATE} OWNER {OWNER}")
        database = self.opened(_TEMPLATE)
        migrate(database, owned=lambda: Database(Postgres(self.url(OWNER, _TEMPLATE))))
        database.close()

    def run(self, statement: str, *, database: str = "postgres") -> None:
        """Run a statement as the superuser, outside a transaction."""
        with psycopg.connect(self.url("postgres", database), autocommit=True) as connection:
            connection.execute(sql.SQL(statement))  # type: ignore[arg-type]

    def opened(self, name: str, *, role: str = SERVING) -> Database:
        return store.compiling_once(Database(Postgres(self.url(role, name))))

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The name of a database without tables, which OWNER owns."""
        name = next(self._names)
        self.run(f"CREATE DATABASE {name} OWNER {OWNER}")
        try:
            yield name
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def migrated(self) -> Iterator[str]:
        """The name of a database with all tables and no rows. Emptying one takes far less than making one."""
        if self._free:
            name = self._free.pop()
        else:
            name = next(self._names)
            self.run(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {_TEMPLATE}")
        yield name
        self.run(_EMPTY, database=name)
        self._free.append(name)

    def cpu_s(self) -> float:
        """What the server has used of the CPU so far, with those of its processes that ended."""
        used = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                pid, rest = stat.parent.name, stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has just ended
            if int(pid) == self._process.pid:
                used += sum(map(int, rest[11:15]))
            elif int(rest[1]) == self._process.pid:
                used += sum(map(int, rest[11:13]))
        return used / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        self._process.send_signal(signal.SIGQUIT)  # its immediate end: nothing here is to be kept
        self._process.wait()
        shutil.rmtree(self._home, ignore_errors=True)


def _as_user() -> list[str]:
    """What becomes a program of the user that a server may have."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]
