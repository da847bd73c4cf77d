"""Short numbers for texts that repeat: labels, index names, the dictionary. Made once, then remembered.

What a transaction made or saw is remembered by the process only after its commit: a number that was
rolled back must not be used again.
"""

from collections.abc import Callable, Set
from itertools import groupby
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from lamis.alerts.rules import Label, label_range, label_text
from lamis.storage.raw import Raw, driver

_MOST_REMEMBERED = 200_000
_PENDING = "alerts.names.pending"
_CACHE = "alerts.names.cache"
_remembered: WeakKeyDictionary[Engine, dict[Label, int]] = WeakKeyDictionary()


def label_keys(session: Session, labels: Set[Label]) -> dict[Label, int]:
    """The keys of `labels`, made where they are new. Texts that are stored alike have one key."""
    cache, pending = _caches(session)
    found = {label: key for label in labels if (key := pending.get(label) or cache.get(label))}
    if missing := labels - found.keys():
        stored = {(kind, text): (kind, label_text(text)) for kind, text in missing}
        made = _made(driver(session), sorted(set(stored.values())))
        pending.update({label: made[stored[label]] for label in missing})
        found.update({label: pending[label] for label in missing})
    return found


def _made(connection: Raw, labels: list[Label]) -> dict[Label, int]:
    """The keys of sorted labels; those that are not stored yet get the next of their kind."""
    found = _stored(connection, labels)
    if new := [label for label in labels if label not in found]:
        if connection.is_postgres:
            return found | _made_beside_others(connection, new)
        for kind, group in groupby(new, key=lambda label: label[0]):
            first, end = label_range(kind)
            (key,) = connection.execute(_NEXT, (first, first, end)).fetchone()
            rows = [(key + place, kind, text) for place, (_, text) in enumerate(group)]
            connection.executemany("INSERT INTO label (key, kind, text) VALUES (?,?,?)", rows)
            found.update({(kind, text): key for key, _, text in rows})
    return found


_NEXT = "SELECT coalesce(max(key) + 1, ?) FROM label WHERE key >= ? AND key < ?"


def _stored(connection: Raw, labels: list[Label]) -> dict[Label, int]:
    found: dict[Label, int] = {}
    for kind, group in groupby(labels, key=lambda label: label[0]):
        rows = connection.execute(
            "SELECT l.text, l.key FROM @texts(j) @then label l ON l.kind = ? AND l.text = j.value",
            (connection.listed([text for _, text in group]), kind),
        )
        found.update({(kind, text): key for text, key in rows})
    return found


def _made_beside_others(connection: Raw, labels: list[Label]) -> dict[Label, int]:
    """Make labels while other processes do: who is second waits, and takes the key of the first."""
    for kind, group in groupby(labels, key=lambda label: label[0]):
        connection.execute(
            "INSERT INTO label (key, kind, text)"
            " SELECT ? + nextval('label_number'), ?, j.value FROM @texts(j)"
            " ON CONFLICT (kind, text) DO NOTHING",
            (label_range(kind)[0], kind, connection.listed([text for _, text in group])),
        )
    return _stored(connection, labels)


def index_key(session: Session, name: str) -> int:
    """The key of an index's name."""
    connection = driver(session)

    def make() -> int:
        connection.execute("INSERT INTO source_index (name) VALUES (?) ON CONFLICT DO NOTHING", (name,))
        return int(connection.execute("SELECT key FROM source_index WHERE name = ?", (name,)).fetchone()[0])

    return remembered_key(session, ("index", name), make)


def remembered_key(session: Session, label: Label, make: Callable[[], int]) -> int:
    """The key of `label`, asking `make` where it is not remembered."""
    cache, pending = _caches(session)
    key = pending.get(label) or cache.get(label)
    if key is None:
        key = pending[label] = make()
    return key


def _caches(session: Session) -> tuple[dict[Label, int], dict[Label, int]]:
    engine = session.connection().engine
    cache = _remembered.setdefault(engine, {})
    pending: dict[Label, int] | None = session.info.get(_PENDING)
    if pending is None:
        pending = session.info[_PENDING] = {}
        event.listen(session, "after_commit", _remember)
        event.listen(session, "after_soft_rollback", _forget)
        session.info[_CACHE] = cache
    return cache, pending


def _remember(session: Session) -> None:
    if session.in_nested_transaction():
        return
    cache: dict[Label, int] = session.info[_CACHE]
    if len(cache) > _MOST_REMEMBERED:
        for label in list(cache)[: _MOST_REMEMBERED // 2]:
            del cache[label]
    cache.update(session.info[_PENDING])
    session.info[_PENDING].clear()


def _forget(session: Session, _previous: object) -> None:
    session.info[_PENDING].clear()
