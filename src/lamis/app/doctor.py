"""`lamis doctor`: what is wrong with an installation, and what to do."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from lamis.app.sources import try_all
from lamis.app.store import database_path
from lamis.base.clock import utc_now
from lamis.base.errors import Conflict, LamisError
from lamis.base.secrets import load_keys
from lamis.base.settings import Settings
from lamis.connections.firewalls import is_firewall
from lamis.connections.rules import cure_of
from lamis.connections.rules_firewall import firewall_cure_of
from lamis.connections.types import TestResult
from lamis.schema import migrate
from lamis.storage.engine import Database
from lamis.storage.lock import ServingLock
from lamis.storage.runtime import Runtime
from lamis.tasks.queries import all_chores
from lamis.workers.disk import measured, why_resting

EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)  # no honest clock is before this version was made


class Verdict(StrEnum):
    """How one check went. A warning does not fail the command."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, what was found, what to do."""

    check: str
    verdict: Verdict
    message: str
    cure: str = ""
    code: str | None = None


def examine(settings: Settings, *, each: Callable[[Finding], None]) -> bool:
    """Look at everything, telling each finding as it is made; True when nothing is wrong.

    Nothing is made or changed. Works beside a serving process.
    """
    is_well = True
    for finding in _findings(settings):
        each(finding)
        is_well = is_well and finding.verdict is not Verdict.WRONG
    return is_well


def _findings(settings: Settings) -> Iterator[Finding]:
    yield Finding("settings", Verdict.OK, f"All settings are usable; data lies in {settings.data_dir}.")
    yield _clock(utc_now())
    path = database_path(settings)
    if not path.exists():
        yield Finding(
            "database",
            Verdict.WRONG,
            f"There is no database {path} yet.",
            "Start `lamis up`, or set LAMIS_DATA_DIR.",
        )
        return
    yield _folder(settings)
    yield _disk(settings)
    yield _serving(settings)
    try:
        runtime = Runtime(settings=settings, database=Database(path), keys=load_keys(settings))
    except LamisError as error:
        yield Finding("keys", Verdict.WRONG, error.message, "Put the key back, from a backup if need be.")
        return
    broken = _database(runtime)
    yield broken
    if broken.verdict is not Verdict.OK:
        return
    yield from _chores(runtime)
    yield from _connections(runtime)


def _clock(now: datetime) -> Finding:
    if now < EARLIEST:
        return Finding("clock", Verdict.WRONG, f"This machine's clock says {now:%Y-%m-%d}.", "Set the clock.")
    return Finding("clock", Verdict.OK, f"This machine's clock says {now:%Y-%m-%d %H:%M:%S} UTC.")


def _folder(settings: Settings) -> Finding:
    open_to_others = [
        path.name
        for path in (
            settings.data_dir,
            settings.data_dir / "secret.key",
            settings.data_dir / "encryption.key",
        )
        if path.exists() and path.stat().st_mode & 0o077
    ]
    if open_to_others:
        names = ", ".join(open_to_others)
        return Finding(
            "data folder", Verdict.WRONG, f"Others on this machine can open: {names}.", f"chmod go= {names}"
        )
    return Finding("data folder", Verdict.OK, "Only its owner can open it.")


def _disk(settings: Settings) -> Finding:
    usage = measured(settings.data_dir)
    if sentence := why_resting(settings, usage):
        return Finding("disk", Verdict.WRONG, sentence, "Free disk space, or lower LAMIS_DISK_MIN_MB.")
    return Finding("disk", Verdict.OK, f"{usage.free >> 20:,} MB are free.")


def _serving(settings: Settings) -> Finding:
    try:
        ServingLock(settings.data_dir).release()
    except Conflict:
        return Finding("process", Verdict.OK, "LAMIS is serving this data folder.")
    return Finding("process", Verdict.WARNING, "LAMIS is not running; nothing is collected.", "lamis up")


def _database(runtime: Runtime) -> Finding:
    restore = "Stop LAMIS and restore a backup of the data folder."
    try:
        with runtime.database.read() as session:
            found = migrate.present(session.connection())
            complaint = str(session.execute(text("PRAGMA quick_check(1)")).scalar_one())
    except (DatabaseError, sqlite3.DatabaseError) as error:
        return Finding("database", Verdict.WRONG, f"The database cannot be read: {error}.", restore)
    if complaint != "ok":
        return Finding("database", Verdict.WRONG, f"The database is damaged: {complaint}.", restore)
    if found != migrate.newest():
        sentence = f"The database is at {found}, this version needs {migrate.newest()}."
        return Finding("database", Verdict.WRONG, sentence, "lamis migrate")
    try:
        migrate.refuse_half(runtime.database)
    except LamisError as error:
        return Finding("database", Verdict.WRONG, error.message, "lamis restore FILE")
    size = runtime.database.path.stat().st_size
    return Finding("database", Verdict.OK, f"Whole, at {found}, {size >> 20:,} MB.")


def _chores(runtime: Runtime) -> Iterator[Finding]:
    with runtime.database.read() as session:
        failing = [(chore.name, chore.error) for chore in all_chores(session) if chore.error]
    for name, error in failing:
        yield Finding(
            f"chore {name}", Verdict.WRONG, str(error), "The log says more; it is tried again by itself."
        )


def _connections(runtime: Runtime) -> Iterator[Finding]:
    """Test every active source and firewall, side by side; nothing is made at a firewall."""
    found = try_all(runtime)
    if all(is_firewall(connection) for connection, _ in found):
        yield Finding("sources", Verdict.WARNING, "There is no active source.", "lamis connections add")
    for connection, result in found:
        if is_firewall(connection):
            yield _judged(f"firewall {connection.name}", result, cure=firewall_cure_of(result.code.value))
        else:
            yield _judged(f"source {connection.name}", result, cure=cure_of(result.code.value))


def _judged(check: str, result: TestResult, *, cure: str) -> Finding:
    if not result.is_ok:
        return Finding(check, Verdict.WRONG, result.message, cure, result.code.value)
    warnings = result.details.get("warnings")
    if isinstance(warnings, list | tuple) and warnings:
        return Finding(
            check, Verdict.WARNING, " ".join(str(each) for each in warnings), "", result.code.value
        )
    return Finding(check, Verdict.OK, result.message, "", result.code.value)
