"""`lamis doctor`: what is wrong with an installation, and what to do."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime

from lamis.access.address import check_trusted_proxy
from lamis.app import doctor_file, doctor_server
from lamis.app.doctor_notifying import notifying
from lamis.app.findings import Finding, Verdict
from lamis.app.sources import try_all
from lamis.app.store import database_path, open_database
from lamis.base.clock import utc_now
from lamis.base.errors import Invalid, LamisError
from lamis.base.scope import EVERYTHING
from lamis.base.secrets import look_at_keys, missing_keys
from lamis.base.settings import Settings
from lamis.connections.firewalls import is_firewall
from lamis.connections.rules import cure_of
from lamis.connections.rules_firewall import firewall_cure_of
from lamis.connections.types import TestResult
from lamis.incidents.queries_standing import miscounted
from lamis.storage.runtime import Runtime
from lamis.tasks.queries import all_chores

EARLIEST = datetime(2025, 1, 1, tzinfo=UTC)  # no honest clock is before this version was made


def examine(settings: Settings, *, each: Callable[[Finding], None]) -> bool:
    """Look at everything, telling each finding as it is made; True when nothing is wrong.

    Nothing is made or changed. Works beside a serving process.
    """
    is_well = True
    for finding in _findings(settings):
        each(finding)
        is_well = is_well and finding.verdict is not Verdict.WRONG
    return is_well


def _settings(settings: Settings) -> Finding:
    try:
        check_trusted_proxy(settings)
    except Invalid as error:
        return Finding(
            "settings", Verdict.WRONG, error.message, f"Set {error.field}; docs/settings.md has them."
        )
    return Finding("settings", Verdict.OK, f"All settings are usable; data lies in {settings.data_dir}.")


def _findings(settings: Settings) -> Iterator[Finding]:
    yield _settings(settings)
    yield _clock(utc_now())
    is_file = settings.database_url is None
    if is_file:
        if not database_path(settings).exists():
            yield Finding(
                "database",
                Verdict.WRONG,
                f"There is no database {database_path(settings)} yet.",
                "Start `lamis up`, or set LAMIS_DATA_DIR.",
            )
            return
        yield from doctor_file.around(settings)
    for name in missing_keys(settings):
        told = f"The key {settings.data_dir / name} is not there; the next start makes another one."
        yield Finding("keys", Verdict.WARNING, told, "Put it back from a backup first, if there was one.")
    try:
        keys = look_at_keys(settings)
    except LamisError as error:
        yield Finding("keys", Verdict.WRONG, error.message, "Put the key back, from a backup if need be.")
        return
    try:
        database = open_database(settings)
    except LamisError as error:
        yield Finding("database", Verdict.WRONG, error.message, "See docs/postgresql.md.")
        return
    with closing(database):
        yield from _inside(Runtime(settings=settings, database=database, keys=keys))


def _inside(runtime: Runtime) -> Iterator[Finding]:
    database, is_file = runtime.database, runtime.settings.database_url is None
    state = doctor_file.whole(database) if is_file else doctor_server.at_its_revision(database)
    yield state
    if state.verdict is not Verdict.OK:
        return
    if not is_file:
        yield from doctor_server.around(runtime.settings, database)
    yield _incidents(runtime)
    yield from _chores(runtime)
    yield from notifying(runtime, now=utc_now())
    yield from _connections(runtime)


def _clock(now: datetime) -> Finding:
    if now < EARLIEST:
        return Finding("clock", Verdict.WRONG, f"This machine's clock says {now:%Y-%m-%d}.", "Set the clock.")
    return Finding("clock", Verdict.OK, f"This machine's clock says {now:%Y-%m-%d %H:%M:%S} UTC.")


def _incidents(runtime: Runtime) -> Finding:
    """Whether the alerts of each incident that are there and that are gone add up to its count."""
    with runtime.database.read() as session:
        wrong = miscounted(session, EVERYTHING)
    if not wrong:
        return Finding("incidents", Verdict.OK, "The count of every incident adds up.")
    said = ", ".join(f"#{number} counts {counted}, holds {found}" for number, counted, found in wrong[:5])
    return Finding("incidents", Verdict.WRONG, f"Counts do not add up: {said}.", "Report this with the log.")


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
