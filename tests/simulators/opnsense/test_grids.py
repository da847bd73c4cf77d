"""Pages of rows."""

from lamis.simulators.opnsense import grids
from lamis.simulators.opnsense.exchange import Call

ROWS = [{"ip": f"192.0.2.{number}"} for number in (10, 9, 1)]


def asked(**fields: object) -> Call:
    return Call("POST", [], fields)


def test_a_page_is_bounded_unless_all_are_asked_for() -> None:
    many = [{"ip": str(number)} for number in range(12_000)]
    assert (grids.page(many, asked())["total"], len(grids.page(many, asked())["rows"])) == (12_000, 9_999)
    assert len(grids.page(many, asked(rowCount=-1))["rows"]) == 12_000
    second = grids.page(many, asked(rowCount=5_000, current=3))
    assert (second["rowCount"], second["current"]) == (2_000, 3)


def test_rows_are_sorted_naturally() -> None:
    told = grids.page(ROWS, asked(sort={"ip": "asc"}))["rows"]
    assert [row["ip"] for row in told] == ["192.0.2.1", "192.0.2.9", "192.0.2.10"]
    assert grids.page(ROWS, asked(sort={"ip": "desc"}))["rows"] == told[::-1]


def test_all_words_of_a_phrase_must_be_there() -> None:
    rows = [{"ip": "192.0.2.1", "about": "Bad Host"}, {"ip": "192.0.2.2", "about": "good"}]
    assert grids.page(rows, asked(searchPhrase="192 BAD"))["total"] == 1


def test_the_old_list_gives_all_and_echoes_the_count() -> None:
    assert grids.old_page(ROWS, asked()) == {"total": 3, "rowCount": -1, "current": 1, "rows": ROWS}
    assert grids.old_page(ROWS, asked(searchPhrase="2.1", rowCount=1))["rows"] == ROWS[:1]
