"""The doctor's look at a SQLite installation: folder, disk, lock and file."""

import shlex
import sqlite3
from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from lamis.app.findings import Finding, Verdict
from lamis.base.errors import Conflict, LamisError
from lamis.base.settings import Settings
from lamis.schema import migrate
from lamis.storage.engine import Database
from lamis.storage.lock import ServingLock
from lamis.workers.disk import measured, why_resting


def around(settings: Settings) -> Iterator[Finding]:
    """What is around the file."""
    yield _folder(settings)
    yield _disk(settings)
    yield _serving(settings)


def whole(database: Database) -> Finding:
    """Whether the file is readable, undamaged and at the revision of this version."""
    restore = "Stop LAMIS and restore a backup of the data folder."
    try:
        with database.read() as session:
            found = migrate.present(session.connection())
            complaint = str(session.execute(text("PRAGMA quick_check(1)")).scalar_one())
    except (DatabaseError, sqlite3.DatabaseError) as error:
        return Finding("database", Verdict.WRONG, f"The database cannot be read: {error}.", restore)
    if complaint != "ok":
        return Finding("database", Verdict.WRONG, f"The database is damaged: {complaint}.", restore)
    if found != migrate.newest():
        sentence = f"The database {migrate.standing(found)}, this version needs {migrate.newest()}."
        return Finding("database", Verdict.WRONG, sentence, "lamis migrate")
    try:
        migrate.refuse_half(database)
    except LamisError as error:
        return Finding("database", Verdict.WRONG, error.message, "lamis restore FILE")
    size = database.path.stat().st_size
    return Finding("database", Verdict.OK, f"Whole, at {found}, {size >> 20:,} MB.")


def _folder(settings: Settings) -> Finding:
    open_to_others = [
        str(path.absolute())
        for path in (
            settings.data_dir,
            settings.data_dir / "secret.key",
            settings.data_dir / "encryption.key",
        )
        if path.exists() and path.stat().st_mode & 0o077
    ]
    if open_to_others:
        said = f"Others on this machine can open: {', '.join(open_to_others)}."
        return Finding("data folder", Verdict.WRONG, said, f"chmod go= {shlex.join(open_to_others)}")
    return Finding("data folder", Verdict.OK, "Only its owner can open it.")


def _disk(settings: Settings) -> Finding:
    usage = measured(settings.data_dir)
    if sentence := why_resting(settings, usage):
        return Finding("disk", Verdict.WRONG, sentence, "Lower LAMIS_DISK_MIN_MB where less is enough.")
    return Finding("disk", Verdict.OK, f"{usage.free >> 20:,} MB are free.")


def _serving(settings: Settings) -> Finding:
    try:
        ServingLock(settings.data_dir).release()
    except Conflict:
        return Finding("process", Verdict.OK, "LAMIS is serving this data folder.")
    return Finding("process", Verdict.WARNING, "LAMIS is not running; nothing is collected.", "lamis up")
