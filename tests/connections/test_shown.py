"""Sources and ledgers as JSON values."""

from lamis.base.scope import EVERYTHING
from lamis.connections import queries, queries_firewalls
from lamis.connections.ledger import Line, fold
from lamis.connections.shown import connection_values, ledger_values, result_values
from lamis.connections.types import HIGHEST, LOWEST, TestCode, TestResult, WindowState
from lamis.storage.engine import Database
from tests.connections.world import NOON, add, add_firewall, tenant

HOUR = 3_600_000


def _line(from_ms: int, to_ms: int, *, there: int, here: int, undated: bool = False) -> Line:
    return Line(
        from_ms=from_ms,
        to_ms=to_ms,
        state=WindowState.COMPLETE,
        there=there,
        here=here,
        refused=0,
        unreadable=0,
        checked_ms=5 * HOUR,
        undated=undated,
    )


def test_a_ledger_shows_open_ends_and_undated_lines_without_times() -> None:
    lines = [
        _line(LOWEST, HOUR, there=1, here=1),
        _line(HOUR, 2 * HOUR, there=3, here=2),
        _line(LOWEST, HIGHEST, there=2, here=2, undated=True),
    ]
    shown = ledger_values(fold(lines, lag_ms=40, now_ms=3 * HOUR))
    assert shown["there"] == 6
    assert shown["missing"] == 1
    by_start = {(line["undated"], line["from"]): line for line in shown["lines"]}  # type: ignore[attr-defined]
    assert by_start[(False, "1970-01-01T01:00:00.000Z")]["missing"] == 1
    assert by_start[(False, None)]["to"] == "1970-01-01T01:00:00.000Z"
    assert by_start[(True, None)]["to"] is None


def test_a_result_has_code_message_and_details() -> None:
    result = TestResult(TestCode.NO_INDEX, "Nothing there.", {"warnings": []})
    assert result_values(result) == {
        "code": "no_index",
        "message": "Nothing there.",
        "details": {"warnings": []},
    }


def test_sources_and_firewalls_are_one_list_by_name(database: Database) -> None:
    with database.write() as session:
        key = tenant(session, "acme")
        add(session, key, name="Bravo")
        add_firewall(session, key, name="alpha")
        add_firewall(session, key, name="charlie", url="https://192.0.2.31")
        values = connection_values(
            queries.sources(session, EVERYTHING, now=NOON),
            queries_firewalls.firewalls(session, EVERYTHING, now=NOON),
        )
    assert [(one["name"], one["kind"]) for one in values] == [
        ("alpha", "opnsense"),
        ("Bravo", "wazuh"),
        ("charlie", "opnsense"),
    ]
    assert (values[0]["alias"], values[0]["entries"], values[0]["drift"]) == ("LAMIS_block", None, None)
    assert values[0]["own_networks"] == ["198.51.100.1/32", "2001:db8::1/128"]
    assert "first-secret" not in str(values)
