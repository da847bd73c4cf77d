"""Days of alerts as partitions on PostgreSQL: made before they are needed, dropped when all in them is past.

An alert whose day has none lies among the rest, where it is found and let go like any other; only
dropping it costs more. So no day has to be there, and days too long past never get one.
"""

import threading
from collections.abc import Iterable, Sequence
from datetime import datetime
from weakref import WeakKeyDictionary

import psycopg
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from lamis.alerts.rules import first_key
from lamis.base.clock import DAY_MS, EPOCH_2000_MS, HOUR_MS, QUARTER_MS, to_ms
from lamis.storage.engine import Database
from lamis.storage.raw import driver

AHEAD_DAYS = 2
OLDEST_DAYS = 400  # planning a statement costs more with each day there is
_LOCK_WAIT = text("SELECT set_config('lock_timeout', '2s', true)")
_ADD = text("SELECT lamis_add_day(:day)")
_DROP = text("SELECT lamis_drop_day(:day)")
_STANDING = (
    "SELECT to_date(substr(relname, 7), 'YYYYMMDD') - date '2000-01-01' FROM pg_class"
    " WHERE relname ~ '^alert_[0-9]{8}$' AND relispartition ORDER BY 1"
)
_STAYING = (
    "SELECT 1 FROM alert WHERE key >= ? AND key < ? AND (stored_ms >= ? OR incident_key IS NOT NULL) LIMIT 1"
)
_LOCK = "LOCK TABLE ONLY alert IN SHARE ROW EXCLUSIVE MODE"  # the drop itself needs more than that
_COUNTS = "DELETE FROM alert_count WHERE tenant_key @is_any_key AND quarter >= ? AND quarter < ?"
_FACETS = "DELETE FROM alert_facet WHERE tenant_key @is_any_key AND hour >= ? AND hour < ?"
_REFUSED = "DELETE FROM refused_document WHERE kept_key >= ? AND kept_key < ?"
_ORIGINS = (
    "DELETE FROM alert_origin o USING alert a WHERE a.key >= ? AND a.key < ? AND o.key = a.key"
    " AND o.connection_key = a.connection_key AND o.index_key = a.index_key AND o.doc_id = a.doc_id"
)
_known: WeakKeyDictionary[Engine, set[int]] = WeakKeyDictionary()
_knowing = threading.Lock()


def day_of(time_ms: int) -> int:
    """The day since 2000 in which an alert of that time is stored."""
    return (time_ms - EPOCH_2000_MS) // DAY_MS


def make_days(database: Database, times_ms: Iterable[int | None], *, now: datetime) -> None:
    """Have a partition for the days of some times, before a page with them is stored.

    Does nothing on SQLite, for days that are known, and for those more than 400 days back. A day that
    somebody is reading for long is left for the next time.
    """
    if database.dialect == "sqlite":
        return
    today = day_of(to_ms(now))
    wanted = {day_of(time_ms) for time_ms in times_ms if time_ms is not None}
    with _knowing:
        known = _known.setdefault(database.writer, set())
    for day in sorted(wanted - known):
        if today - OLDEST_DAYS <= day <= today + AHEAD_DAYS and _made(database, day):
            known.add(day)


def _made(database: Database, day: int) -> bool:
    try:
        with database.write() as session:
            session.execute(_LOCK_WAIT)
            session.execute(_ADD, {"day": day})
    except DBAPIError as error:
        # Another process made it at the same moment, or readers held it: then it is made, or made later.
        if not isinstance(error.orig, psycopg.errors.LockNotAvailable | psycopg.errors.DuplicateTable):
            raise
        return False
    return True


def days_ahead(database: Database, *, now: datetime) -> None:
    """Have yesterday, today and the next two days."""
    now_ms = to_ms(now)
    make_days(database, [now_ms + day * DAY_MS for day in range(-1, AHEAD_DAYS + 1)], now=now)


def drop_past_days(database: Database, tenant_keys: Sequence[int], *, before_ms: int) -> int:
    """Drop the days that end by `before_ms` with all that is in them; returns how many.

    `before_ms` is past for every tenant of `tenant_keys`, which are all there are. A day stays while it holds
    what came here later than that, or belongs to an incident: that goes alert by alert.
    """
    if database.dialect == "sqlite":
        return 0
    with database.read() as session:
        days = [day for (day,) in driver(session).execute(_STANDING)]
    past = [day for day in days if _first_ms(day + 1) <= before_ms]
    return sum(_dropped(database, day, tenant_keys, before_ms=before_ms) for day in past)


def _first_ms(day: int) -> int:
    return day * DAY_MS + EPOCH_2000_MS


def _dropped(database: Database, day: int, tenant_keys: Sequence[int], *, before_ms: int) -> bool:
    first_ms, end_ms = _first_ms(day), _first_ms(day + 1)
    keys = first_key(first_ms), first_key(end_ms)
    try:
        with database.write() as session:
            session.execute(_LOCK_WAIT)
            connection = driver(session)
            if connection.execute(_STAYING, (*keys, before_ms)).fetchone():
                return False
            tenants = connection.listed(tenant_keys)
            connection.execute(_COUNTS, (tenants, first_ms // QUARTER_MS, end_ms // QUARTER_MS))
            connection.execute(_FACETS, (tenants, first_ms // HOUR_MS, end_ms // HOUR_MS))
            connection.execute(_REFUSED, keys)
            connection.execute(_ORIGINS, keys)
            connection.execute(_LOCK)
            if connection.execute(_STAYING, (*keys, before_ms)).fetchone():
                session.rollback()  # somebody has just brought more of it
                return False
            session.execute(_DROP, {"day": day})
    except (DBAPIError, psycopg.Error) as error:
        if not isinstance(getattr(error, "orig", error), psycopg.errors.LockNotAvailable):
            raise
        return False  # somebody reads it for long: it goes next time
    with _knowing:
        _known.get(database.writer, set()).discard(day)
    return True
