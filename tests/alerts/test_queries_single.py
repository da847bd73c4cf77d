"""One alert and what is like it."""

from lamis.alerts import queries
from lamis.alerts.types import Mitre
from lamis.base.scope import EVERYTHING
from lamis.storage.engine import Database
from tests.alerts.world import INDEX, NORTH, ago, document, put


def test_one_alert_has_all_that_is_kept(store: Database) -> None:
    mitre = Mitre(ids=("T1110",), tactics=("Credential Access",), techniques=("Brute Force",))
    outcome = put(store, document(1, mitre=mitre, addresses=["203.0.113.7", "2001:db8::7"])).outcomes[0]
    with store.read() as session:
        found = queries.alert_by_key(session, NORTH, outcome.key)
        assert queries.alert_by_origin(session, NORTH, "connection-1", INDEX, "doc-1") == found
    assert found.groups == ("sshd", "authentication_failed")
    assert found.mitre == ("T1110", "Credential Access", "Brute Force")
    assert found.addresses == ("203.0.113.7", "2001:db8::7")
    assert (found.index, found.doc_id, found.refused_copies) == (INDEX, "doc-1", 0)
    assert found.document == document(1).raw


def test_around_counts_the_same_tenant_within_half_a_day(store: Database) -> None:
    put(store, document(1, at=ago(hours=11), user="other"), document(2, at=ago(hours=13)))
    put(store, document(3), connection=3)
    key = put(store, document(4)).outcomes[0].key
    with store.read() as session:
        found = queries.around(session, EVERYTHING, key)
    assert {(one.name, one.value): one.n for one in found.likenesses} == {
        ("device", "web-01"): 2,
        ("address", "203.0.113.7"): 2,
        ("rule", "5710"): 2,
        ("user", "root"): 1,
    }


def test_an_alert_without_values_has_nothing_like_it(store: Database) -> None:
    bare = document(1, rule=None, device=None, user=None, addresses=[])
    key = put(store, bare).outcomes[0].key
    with store.read() as session:
        assert queries.around(session, EVERYTHING, key).likenesses == []
