"""The rows of a page, table by table."""

from lamis.alerts.types import Mitre
from lamis.storage.engine import Database
from lamis.storage.raw import driver
from tests.alerts.recounting import assert_kept_counts_are_true
from tests.alerts.world import ago, document, put, total


def test_everything_beside_the_alerts_is_kept_with_them(store: Database) -> None:
    put(
        store,
        document(1, addresses=["203.0.113.7", "203.0.113.8", "203.0.113.7"], mitre=Mitre(ids=("T1110",))),
        document(2, at=ago(hours=3), addresses=[], groups=[], rule=None, device=None, user=None, level=None),
    )
    with store.read() as session:
        assert_kept_counts_are_true(session)
        assert total(session, "alert_address") == 2
        assert total(session, "alert_tag") == 7  # rule, device, user, two groups, MITRE, level
        kinds = driver(session).execute("SELECT kind FROM label ORDER BY kind").fetchall()
    assert [kind for (kind,) in kinds] == [
        "address",
        "device",
        "group",
        "group",
        "level",
        "mitre",
        "rule",
        "user",
    ]


def test_without_text_index_nothing_is_indexed(store: Database) -> None:
    put(store, document(1, text="failed"), text_index=False)
    put(store, document(2, text="failed"))
    with store.read() as session:
        versions = driver(session).execute("SELECT text_version FROM alert_document ORDER BY alert_key")
        assert sorted(versions) == [(0,), (1,)]
        found = driver(session).execute("SELECT count(*) FROM alert_text WHERE @matches", ("failed",))
        assert found.fetchone() == (1,)
