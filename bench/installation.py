"""A prepared installation to measure: an operator, three tenants with a source each, and a day of alerts."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from bench.serving import NAME, PASSWORD
from lamis.access.importing import import_connections
from lamis.alerts.types import Batch, Incoming
from lamis.app.attended import take_short_turns
from lamis.app.memory import look_for_garbage_seldom
from lamis.app.store import open_store
from lamis.base.clock import from_ms, iso_ms, to_ms, utc_now
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.base.settings import load_settings
from lamis.connections import queries
from lamis.connections.drafts import parse_draft
from lamis.connections.import_file import Entry
from lamis.connectors.wazuh.translate import TEXT_VERSION, translate
from lamis.incidents.actions import receive
from lamis.people.actions import create_operator
from lamis.simulators.profiles import PROFILES
from lamis.simulators.stories.bulk import bulk
from lamis.storage.runtime import Runtime
from lamis.workers.pace import LEAST_DOCUMENTS

PROGRAMMES = ("acme-emea", "initech-branch")
TENANTS = ("Acme", "Globex", "Initech")


def documents(count: int, *, since: datetime, until: datetime, seed: int) -> Iterator[tuple[int, bytes]]:
    """Evenly spread (time, document) pairs of a simulated deployment."""
    programme = PROFILES[PROGRAMMES[seed % len(PROGRAMMES)]].programme
    return bulk(programme, count, since_ms=to_ms(since), until_ms=to_ms(until), seed=seed)


def new_document() -> dict[str, object]:
    """A plain alert of this moment."""
    return {"@timestamp": iso_ms(to_ms(utc_now())), "rule": {"id": "1", "level": 3, "description": "Bench"}}


def incoming(count: int, *, since: datetime, until: datetime, seed: int) -> Iterator[list[Incoming]]:
    """The same as translated pages, as the collector hands them on."""
    page: list[Incoming] = []
    for number, (at_ms, raw) in enumerate(documents(count, since=since, until=until, seed=seed)):
        index = f"wazuh-alerts-4.x-{from_ms(at_ms):%Y.%m.%d}"
        page.append(Incoming(index, f"{seed:x}{number * 2654435761 % 2**40:019x}", raw, translate(raw)))
        if len(page) == LEAST_DOCUMENTS:
            yield page
            page = []
    if page:
        yield page


@contextmanager
def as_served() -> Iterator[None]:
    """Within, Python looks for garbage as rarely as in a LAMIS process, and threads take turns as short."""
    usual, usual_s = gc.get_threshold(), sys.getswitchinterval()
    look_for_garbage_seldom()
    take_short_turns()
    try:
        yield
    finally:
        sys.setswitchinterval(usual_s)
        gc.set_threshold(*usual)
        gc.unfreeze()


@contextmanager
def opened(folder: Path) -> Iterator[Runtime]:
    """The store of an installation in `folder`."""
    runtime = open_store(load_settings(data_dir=folder))
    try:
        yield runtime
    finally:
        runtime.database.close()


class Indexer(Protocol):
    """Where a source's alerts come from."""

    @property
    def url(self) -> str: ...

    @property
    def username(self) -> str: ...

    @property
    def password(self) -> str: ...


def prepare(
    folder: Path,
    indexer: Indexer,
    *,
    count: int,
    poll_s: int = 3600,
    tenants: tuple[str, ...] = TENANTS,
) -> None:
    """Make an installation whose sources lead to `indexer` and hold `count` alerts of the last 24 hours."""
    now = utc_now()
    with opened(folder) as runtime:
        values = {"url": indexer.url, "username": indexer.username, "password": indexer.password}
        drafts = [
            Entry(name, name, parse_draft(values | {"name": f"{name} wazuh", "poll_s": poll_s}))
            for name in tenants
        ]
        for made in import_connections(runtime, SYSTEM, drafts):
            if not made.result.is_ok:
                raise SystemExit(f"The bench's source could not be made: {made.result.message}")
        with runtime.database.write() as session:
            create_operator(session, name=NAME, password=PASSWORD, now=now)
        if count:
            _fill(runtime, count, now=now)


def _fill(runtime: Runtime, count: int, *, now: datetime) -> None:
    with runtime.database.read() as session:
        sources = queries.sources(session, EVERYTHING, now=now)
    # A little less than a day, so that nothing leaves the last 24 hours while it is measured.
    since = now - timedelta(hours=23, minutes=30)
    share = count // len(sources)
    streams = [
        incoming(share + (count % len(sources) if not seed else 0), since=since, until=now, seed=seed)
        for seed in range(len(sources))
    ]
    # Strict would need equal lengths; the first stream is the longest.
    for pages in _rounds(streams):
        for source, page in zip(sources, pages, strict=False):
            batch = Batch(source.tenant_key, source.key, source.id, page, text_version=TEXT_VERSION)
            with runtime.database.ingest() as session:
                receive(session, batch, now=from_ms(_newest(page)))


def _rounds(streams: list[Iterator[list[Incoming]]]) -> Iterator[list[list[Incoming]]]:
    while pages := [page for stream in streams if (page := next(stream, None)) is not None]:
        yield pages


def _newest(page: list[Incoming]) -> int:
    return max(one.fields.time_ms or 0 for one in page)
