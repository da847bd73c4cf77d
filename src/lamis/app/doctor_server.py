"""The doctor's look at PostgreSQL and Redis: revision, rights, row-level security, clocks and processes."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from lamis.app.findings import Finding, Verdict
from lamis.base.clock import utc_now
from lamis.base.errors import LamisError
from lamis.base.settings import Settings
from lamis.schema import migrate
from lamis.storage import leases
from lamis.storage.database_clock import DatabaseClock
from lamis.storage.engine import Database
from lamis.storage.scopes import SETTING
from lamis.storage.serving import is_served
from lamis.storage.state import MARK, state

SKEW = timedelta(seconds=2)
_RIGHTS = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
_OWNS = text(
    "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = 'tenant'::regclass"
)
_SCOPED = text(f"SELECT set_config('{SETTING}', :scope, true)")
_TENANTS = text("SELECT count(*) FROM tenant")


def at_its_revision(database: Database) -> Finding:
    """Whether the database has the tables of this version."""
    try:
        with database.reader.connect() as connection:
            found = migrate.present(connection)
        if found == migrate.newest():
            migrate.refuse_half(database)
    except DBAPIError as error:
        told = str(error.orig).strip().splitlines()[0]
        return Finding("database", Verdict.WRONG, f"{database.shown} cannot be read: {told}", "lamis migrate")
    except LamisError as error:
        return Finding("database", Verdict.WRONG, error.message, "lamis restore FILE")
    if found != migrate.newest():
        sentence = f"{database.shown} {migrate.standing(found)}, this version needs {migrate.newest()}."
        return Finding("database", Verdict.WRONG, sentence, "lamis migrate")
    return Finding("database", Verdict.OK, f"PostgreSQL, {database.shown}, at {found}.")


def around(settings: Settings, database: Database) -> Iterator[Finding]:
    """What holds besides the tables."""
    with database.reader.connect() as connection:
        yield _rights(connection)
        yield _rows(connection)
        is_running = is_served(connection)
    yield _clocks(database)
    yield _process(settings, database, is_running=is_running)
    if settings.redis_url is not None:
        yield _redis(settings.redis_url, database)


def _rights(connection: Connection) -> Finding:
    if connection.scalar(_RIGHTS):
        return Finding(
            "role",
            Verdict.WRONG,
            "The role of LAMIS_DATABASE_URL is a superuser or bypasses row-level security.",
            "Give LAMIS a role of its own (docs/postgresql.md).",
        )
    if connection.scalar(_OWNS):
        return Finding(
            "role",
            Verdict.WARNING,
            "The role of LAMIS_DATABASE_URL owns the tables and could change them.",
            "Let another role own them: LAMIS_DATABASE_OWNER_URL, then lamis migrate.",
        )
    return Finding("role", Verdict.OK, "It may change rows, not tables, and row-level security holds for it.")


def _rows(connection: Connection) -> Finding:
    """Look as somebody who may see nothing."""
    connection.execute(_SCOPED, {"scope": ""})
    unseen = connection.scalar(_TENANTS)
    connection.execute(_SCOPED, {"scope": "all"})
    there = connection.scalar(_TENANTS)
    if unseen:
        return Finding(
            "row-level security",
            Verdict.WRONG,
            "The database shows tenants to whoever asks.",
            "lamis migrate",
        )
    return Finding("row-level security", Verdict.OK, f"Without a scope none of {there} tenants is seen.")


def _clocks(database: Database) -> Finding:
    clock = DatabaseClock(database)
    clock()
    apart_s = clock.ahead.total_seconds()
    if abs(clock.ahead) > SKEW:
        return Finding(
            "clocks",
            Verdict.WARNING,
            f"The database server's clock is {apart_s:+.1f} s from this machine's.",
            "Have both follow the same time servers; processes that work go by the database server.",
        )
    return Finding(
        "clocks", Verdict.OK, f"The database server's clock is {apart_s:+.2f} s from this machine's."
    )


def _process(settings: Settings, database: Database, *, is_running: bool) -> Finding:
    if not is_running:
        sentence = "No LAMIS process serves this database; nothing is collected."
        return Finding("processes", Verdict.WARNING, sentence, "lamis up")
    if settings.redis_url is None:
        return Finding("processes", Verdict.OK, "LAMIS is serving this database.")
    with database.read() as session:
        is_ticking = leases.is_held(session, leases.SCHEDULER, now=utc_now())
    if not is_ticking:
        sentence = "No scheduler acts; workers look for due work by themselves, up to two seconds later."
        return Finding("processes", Verdict.WARNING, sentence, "lamis scheduler")
    return Finding("processes", Verdict.OK, "LAMIS is serving this database, and a scheduler acts.")


def _redis(url: str, database: Database) -> Finding:
    from lamis.storage.redis_bus import listeners
    from lamis.storage.redis_link import OLDEST, SETTING, RedisLink, shown

    with database.read() as session:
        mark = state(session, MARK) or ""
    link = RedisLink(url, mark=mark)
    try:
        if not link.look():
            cure = f"Start Redis, or correct {SETTING}; LAMIS uses it again by itself."
            return Finding("redis", Verdict.WRONG, f"{shown(url)}: {link.problem}", cure)
        version, listening = link.version(), listeners(link)
    finally:
        link.close()
    if int(version.partition(".")[0]) < OLDEST:
        sentence = f"{shown(url)} is Redis {version}; LAMIS needs {OLDEST} or newer."
        return Finding("redis", Verdict.WRONG, sentence, "Install a newer Redis or Valkey.")
    return Finding("redis", Verdict.OK, f"Redis {version} at {shown(url)}; {listening} processes listen.")
