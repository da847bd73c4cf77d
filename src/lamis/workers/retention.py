"""Retention: alerts past their tenant's days go, chunk by chunk, and the file gives its pages back."""

from datetime import timedelta

from lamis.alerts.days import drop_past_days
from lamis.base.clock import to_ms
from lamis.base.log import logger
from lamis.base.scope import EVERYTHING
from lamis.connections import queries as connection_queries
from lamis.connections import queries_windows, tiling, windows
from lamis.incidents.expiry import expire, forget_emptied
from lamis.incidents.queries_standing import evidence_kept
from lamis.storage.raw import driver
from lamis.tenants.queries import tenants
from lamis.workers.texts import ONLY_KIND, text_of
from lamis.workers.work import Work

CHUNK = 500
VACUUM_PAGES = 512
_log = logger("retention")


def keep_to_retention(work: Work) -> None:
    """Delete what is past in every tenant; its windows are not asked again."""
    runtime = work.runtime
    vendor = work.manifest_of(ONLY_KIND)
    with runtime.database.read() as session:
        every = tenants(session, EVERYTHING, with_archived=True)
    before_of = {
        tenant.key: work.clock() - timedelta(days=tenant.retention_days or runtime.settings.retention_days)
        for tenant in every
    }
    if before_of:
        past = to_ms(min(before_of.values()))
        if days := drop_past_days(runtime.database, list(before_of), before_ms=past):
            _log.info("days past retention dropped", days=days)
    gone = 0
    for tenant in every:
        before = before_of[tenant.key]
        _forget_windows(work, tenant.key, before_ms=to_ms(before))
        with runtime.database.read() as session:
            kept = evidence_kept(session, EVERYTHING, tenant.key, before_ms=to_ms(before))
        behind = -1
        while True:
            with runtime.database.ingest() as session:
                chunk = expire(
                    session,
                    tenant.key,
                    to_ms(before),
                    CHUNK,
                    text_of=text_of(vendor),
                    kept=kept,
                    behind=behind,
                )
            gone, behind = gone + chunk.n, chunk.last_key
            work.go_on(gone, None)
            if chunk.is_end:
                break
        _forget_incidents(work, tenant.key, before_ms=to_ms(before))
    if gone:
        _log.info("alerts past retention deleted", alerts=gone)
    give_pages_back(work, done=gone)


def _forget_incidents(work: Work, tenant_key: int, *, before_ms: int) -> None:
    while True:
        with work.runtime.database.ingest() as session:
            if not forget_emptied(session, tenant_key, before_ms=before_ms):
                return


def _forget_windows(work: Work, tenant_key: int, *, before_ms: int) -> None:
    database = work.runtime.database
    with database.read() as session:
        connections = connection_queries.connections_of(session, EVERYTHING, tenant_key)
    for connection in connections:
        with database.ingest() as session:
            tiles = queries_windows.windows_before(session, EVERYTHING, connection.key, before_ms=before_ms)
            windows.apply(session, connection.key, tiling.forget_before(tiles, before_ms=before_ms))


def give_pages_back(work: Work, *, done: int) -> None:
    """Shorten a SQLite file by its free pages, a bit at a time so that nobody waits."""
    if work.runtime.database.dialect != "sqlite":
        return
    left = None
    while left != 0:
        with work.runtime.database.ingest() as session:
            file = driver(session)
            file.execute(f"PRAGMA incremental_vacuum({VACUUM_PAGES})").fetchall()
            before, left = left, int(file.execute("PRAGMA freelist_count").fetchone()[0])
        if left == before:
            return
        work.go_on(done, None)
