"""Keys are given upwards until free; origins and identities are looked up by connection."""

from lamis.alerts.dedupe import Candidate, Resent, candidates, give_keys, known_origins
from lamis.storage.engine import Database
from lamis.storage.raw import driver
from tests.alerts.world import document, put


def _candidate(position: int, key: int) -> Candidate:
    return Candidate(position, document(position), (1, str(position)), key, None)


def test_taken_keys_are_passed_by(store: Database) -> None:
    taken = put(store, document(1)).outcomes[0].key
    page = [_candidate(n, taken) for n in range(3)] + [_candidate(9, taken + 2)]
    with store.write() as session:
        give_keys(driver(session), page, {taken + 3})
    assert len({candidate.key for candidate in page}) == 4
    assert min(candidate.key for candidate in page) == taken + 1
    assert taken + 3 not in {candidate.key for candidate in page}


def test_origins_are_known_with_the_alert_they_are_or_repeat(store: Database) -> None:
    outcome = put(
        store, document(1, identity="a", doc_id="one"), document(1, identity="a", doc_id="two")
    ).outcomes[0]
    with store.write() as session:
        page = candidates(
            session, [document(1, doc_id=name) for name in ("one", "two", "new")], connection_key=1, now_ms=0
        )
        known = known_origins(session, 1, {candidate.origin for candidate in page})
        foreign = known_origins(session, 2, {candidate.origin for candidate in page})
    assert {doc_id: key for (_, doc_id), key in known.items()} == {"one": outcome.key, "two": outcome.key}
    assert foreign == {}


def test_only_equal_content_repeats(store: Database) -> None:
    kept = put(store, document(1, identity="a")).outcomes[0].key
    with store.write() as session:
        same, other, without = candidates(
            session,
            [
                document(1, identity="a", doc_id="x"),
                document(2, identity="a", doc_id="y"),
                document(1, doc_id="z"),
            ],
            connection_key=1,
            now_ms=0,
        )
        assert same.identity is not None
        resent = Resent(session, 1, {same.identity})
        assert [resent.kept_key(one) for one in (same, other, without)] == [kept, None, None]
        resent.keep(other)
        assert resent.kept_key(other) == other.key
