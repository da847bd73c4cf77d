"""Which documents of a page are new, known, or re-sent alerts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy.orm import Session

from lamis.alerts.documents import DocumentReader
from lamis.alerts.names import index_key
from lamis.alerts.rules import clean, identity_number, is_same_document, wanted_key
from lamis.alerts.types import Incoming
from lamis.storage.raw import Raw, driver

Origin = tuple[int, str]  # the index's key, `_id`


class Candidate(msgspec.Struct, gc=False):
    """A document on its way in. `position` is its place in the page; `key` is moved up until free."""

    position: int
    incoming: Incoming
    origin: Origin
    key: int
    identity: int | None


def candidates(
    session: Session, documents: Sequence[Incoming], *, connection_key: int, now_ms: int
) -> list[Candidate]:
    """The documents of a page with their origin and wanted key."""
    indexes = {name: index_key(session, clean(name)) for name in {one.index for one in documents}}
    found = []
    for position, incoming in enumerate(documents):
        doc_id, fields = clean(incoming.doc_id), incoming.fields
        key = wanted_key(
            fields.time_ms,
            now_ms=now_ms,
            connection_key=connection_key,
            index=incoming.index,
            doc_id=doc_id,
        )
        origin = (indexes[incoming.index], doc_id)
        comparable = fields.identity is not None and incoming.raw is not None
        identity = (
            identity_number(fields.identity, fields.time_ms) if comparable and fields.identity else None
        )
        found.append(Candidate(position, incoming, origin, key, identity))
    return found


def origin_table(connection: Raw) -> str:
    """The table that says what is stored of each origin."""
    return "alert_origin" if connection.is_postgres else "alert"


def known_origins(session: Session, connection_key: int, wanted: Iterable[Origin]) -> dict[Origin, int]:
    """The stored origins among `wanted`, each with the key of the alert it is or repeats."""
    by_index: dict[int, list[str]] = defaultdict(list)
    for index, doc_id in wanted:
        by_index[index].append(doc_id)
    connection = driver(session)
    origins = origin_table(connection)
    found: dict[Origin, int] = {}
    for index, doc_ids in by_index.items():
        asked = connection.listed(doc_ids)
        for table, column in ((origins, "key"), ("refused_document", "kept_key")):
            rows = connection.execute(
                f"SELECT t.doc_id, t.{column} FROM @texts(j) @each {table} t"  # noqa: S608
                " @where t.connection_key = ? AND t.index_key = ? AND t.doc_id = j.value @end(t)",
                (asked, connection_key, index),
            )
            found.update(((index, doc_id), key) for doc_id, key in rows)
    return found


class Resent:
    """Finds the kept alert that a document repeats: equal identity, equal content."""

    def __init__(self, session: Session, connection_key: int, identities: Iterable[int]) -> None:
        self._reader = DocumentReader(session)
        self._connection = driver(session)
        self._kept: dict[int, list[tuple[int, bytes | None]]] = defaultdict(list)
        rows = self._connection.execute(
            "SELECT a.identity, a.key FROM @keys(j)"
            " @each alert a @where a.connection_key = ? AND a.identity = j.value @end(a)",
            (self._connection.listed(identities), connection_key),
        )
        for identity, key in rows:
            self._kept[identity].append((key, None))

    def kept_key(self, candidate: Candidate) -> int | None:
        """The key of the alert that `candidate` repeats, or None."""
        raw, identity = candidate.incoming.raw, candidate.identity
        if raw is None or identity is None:
            return None
        for key, body in self._kept.get(identity, ()):
            stored = body if body is not None else self._stored(key)
            if stored is not None and is_same_document(raw, stored):
                return key
        return None

    def keep(self, candidate: Candidate) -> None:
        """From now on `candidate` is an alert that later ones of the page may repeat."""
        if candidate.identity is not None:
            self._kept[candidate.identity].append((candidate.key, candidate.incoming.raw))

    def _stored(self, key: int) -> bytes | None:
        row = self._connection.execute(
            "SELECT dictionary_key, size_bytes, body FROM alert_document WHERE alert_key = ?", (key,)
        ).fetchone()
        return self._reader.read(*row) if row else None


def give_keys(connection: Raw, fresh: Sequence[Candidate], used: set[int]) -> None:
    """Move keys up until each is free, in the store and in `used`."""
    waiting = list(fresh)
    while waiting:
        rows = connection.execute(
            "SELECT key FROM alert WHERE key @is_any_key",
            (connection.listed([candidate.key for candidate in waiting]),),
        )
        taken = {key for (key,) in rows}
        again = []
        for candidate in waiting:
            if candidate.key in taken or candidate.key in used:
                candidate.key += 1
                again.append(candidate)
            else:
                used.add(candidate.key)
        waiting = again
