"""The proof that a store holds what a source holds: each document once, each byte equal, each count true."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import httpx
import msgspec
from sqlalchemy import text

from lamis.alerts.export import raw_lines
from lamis.alerts.queries import recount
from lamis.alerts.types import Filter
from lamis.base.clock import to_ms
from lamis.base.scope import EVERYTHING
from lamis.connections.types import HIGHEST, LOWEST
from lamis.storage.engine import Database
from tests.alerts.recounting import assert_kept_counts_are_true
from tests.workers.world import World

Origin = tuple[str, str]


class _Line(msgspec.Struct):
    index: str = msgspec.field(name="_index")
    doc_id: str = msgspec.field(name="_id")
    source: msgspec.Raw = msgspec.field(name="_source")


class _Hits(msgspec.Struct):
    hits: list[_Line]


class _Answer(msgspec.Struct):
    hits: _Hits
    scroll_id: str = msgspec.field(name="_scroll_id")


@dataclass(frozen=True, slots=True)
class Proved:
    """What was compared: bytes by origin, here and there, and the origins of the refused."""

    there: Mapping[Origin, bytes]
    here: Mapping[Origin, bytes]
    refused: frozenset[Origin]


def documents_there(client: httpx.Client, pattern: str) -> dict[Origin, bytes]:
    """Everything a real engine holds, by a plain scroll: the bytes as it sends them."""
    found: dict[Origin, bytes] = {}
    body: dict[str, object] = {"size": 1_000, "sort": ["_doc"]}
    answer = client.post(f"/{pattern}/_search?scroll=1m", json=body)
    while True:
        assert answer.status_code == 200, answer.text[:300]
        page = msgspec.json.decode(answer.content, type=_Answer)
        if not page.hits.hits:
            client.request("DELETE", "/_search/scroll", json={"scroll_id": [page.scroll_id]})
            return found
        found.update({(hit.index, hit.doc_id): bytes(hit.source) for hit in page.hits.hits})
        answer = client.post("/_search/scroll", json={"scroll": "1m", "scroll_id": page.scroll_id})


def documents_here(database: Database) -> dict[Origin, bytes]:
    """Everything that is stored, as the raw export tells it; fails when a document comes twice."""
    lines = [msgspec.json.decode(line, type=_Line) for line in _lines(database)]
    found = {(line.index, line.doc_id): bytes(line.source) for line in lines}
    assert len(found) == len(lines)
    return found


def _lines(database: Database) -> Iterator[bytes]:
    for chunk in raw_lines(database, EVERYTHING, Filter()):
        yield from chunk.splitlines()


def prove(world: World, source: str, there: Mapping[Origin, bytes]) -> Proved:
    """Fail unless stored set = source set less refused duplicates, byte for byte, and all counts agree."""
    here, refused = documents_here(world.database), world.refused()
    assert not here.keys() & refused
    assert here.keys() | refused == there.keys()
    assert {origin: there[origin] for origin in here} == here
    _prove_refused(world, there)
    ledger = world.ledger(source)
    assert ledger.is_complete
    assert (ledger.there, ledger.here, ledger.refused) == (len(there), len(here), len(refused))
    assert (ledger.missing, ledger.expired) == (0, 0)
    prove_recount(world, source)
    prove_windows(world, source, there.values())
    return Proved(there, here, frozenset(refused))


def _prove_refused(world: World, there: Mapping[Origin, bytes]) -> None:
    """A refused document says the same as the alert that is kept for it."""
    statement = (
        "SELECT i.name, r.doc_id, k.name, a.doc_id FROM refused_document r"
        " JOIN source_index i ON i.key = r.index_key JOIN alert a ON a.key = r.kept_key"
        " JOIN source_index k ON k.key = a.index_key"
    )
    with world.database.read() as session:
        rows = session.execute(text(statement)).all()
    for index, doc_id, kept_index, kept_id in rows:
        assert json.loads(there[index, doc_id]) == json.loads(there[kept_index, kept_id])


def prove_recount(world: World, source: str) -> None:
    """Fail unless the ledger's sums and every kept count equal a raw recount."""
    ledger = world.ledger(source)
    with world.database.read() as session:
        key = world.connection(source).key
        dated = recount(session, EVERYTHING, key, LOWEST, HIGHEST)
        undated = recount(session, EVERYTHING, key, None, None)
        assert_kept_counts_are_true(session)
    assert (dated.here + undated.here, dated.refused + undated.refused) == (ledger.here, ledger.refused)
    assert dated.unreadable + undated.unreadable == ledger.unreadable


def prove_windows(world: World, source: str, documents: Iterable[bytes]) -> None:
    """Fail unless each window counts exactly the documents of its time."""
    times = Counter(_time_ms(raw) for raw in documents)
    for tile in world.tiles(source):
        mine = [n for ms, n in times.items() if _belongs(ms, tile.from_ms, tile.to_ms, tile.undated)]
        assert (tile.there or 0) == tile.kept == sum(mine), tile


def _belongs(ms: int | None, from_ms: int, to_ms_: int, is_undated: bool) -> bool:
    return ms is None if is_undated else ms is not None and from_ms <= ms < to_ms_


def _time_ms(raw: bytes) -> int | None:
    stamp = json.loads(raw).get("@timestamp")
    return None if stamp is None else to_ms(datetime.fromisoformat(stamp))
