"""The ledger as a file, and many addresses at once."""

import json

import pytest

from lamis.base.scope import SYSTEM
from lamis.blocking import queries
from lamis.blocking.types import BlockFilter
from tests.web.blocks import Blocked, blocked_site
from tests.web.site import Site


@pytest.fixture
def blocked(site: Site) -> Blocked:
    return blocked_site(site)


def test_the_ledger_is_exported_as_it_is_filtered(blocked: Blocked) -> None:
    blocked.ask("203.0.113.1")
    blocked.ask("203.0.113.2")
    csv = blocked.analyst.get("/blocking/export?format=csv&show=all")
    assert csv.headers["content-disposition"] == 'attachment; filename="blocks.csv"'
    head, *lines = csv.text.splitlines()
    assert head.startswith("address,tenant,state,reason")
    assert [line.split(",")[0] for line in lines] == ["203.0.113.2", "203.0.113.1"]
    ndjson = blocked.analyst.get("/blocking/export?format=ndjson&address=203.0.113.1").text
    assert [json.loads(line)["address"] for line in ndjson.splitlines()] == ["203.0.113.1"]


def test_who_may_not_export_is_refused_and_others_get_their_own(blocked: Blocked) -> None:
    blocked.ask()
    assert blocked.viewer.get("/blocking/export?format=csv").status_code == 403
    assert blocked.site.stranger().get("/blocking/export?format=csv").status_code == 303
    assert blocked.foreign.get("/blocking/export?format=csv").text.count("\n") == 1
    assert blocked.analyst.get("/blocking/export?format=xls").status_code == 422


def test_a_formula_in_a_reason_is_no_formula_in_a_spreadsheet(blocked: Blocked) -> None:
    blocked.analyst.post("/blocking/block", ip_address="203.0.113.9", reason="=1+1")
    assert ",'=1+1," in blocked.analyst.get("/blocking/export?format=csv").text


def test_many_addresses_are_taken_and_refused_ones_named(blocked: Blocked) -> None:
    lines = ["203.0.113.1", " 203.0.113.0/28 ", "", "10.0.0.1", "evil.example", "203.0.113.1"]
    page = blocked.analyst.post("/blocking/import", addresses="\n".join(lines), reason="Feed", lasts="3600")
    assert "3 of 5 taken" in page.text
    for words in ("is private", "names are not blocked", "was blocked already"):
        assert words in page.text
    with blocked.site.runtime.database.read() as session:
        found, _ = queries.blocks(session, SYSTEM.scope, BlockFilter())
    assert [block.network for block in found] == ["203.0.113.0/28", "203.0.113.1"]
    assert all(block.expires_ms for block in found)


@pytest.mark.parametrize("fields", [{"reason": "Feed"}, {"addresses": "203.0.113.1"}])
def test_an_import_without_lines_or_reason_keeps_what_was_typed(
    blocked: Blocked, fields: dict[str, str]
) -> None:
    sent = blocked.analyst.post("/blocking/import", **fields)
    assert sent.status_code == 422
    assert "".join(fields.values()) in sent.text


def test_only_those_who_may_block_import(blocked: Blocked) -> None:
    assert blocked.viewer.post("/blocking/import", addresses="203.0.113.1", reason="x").status_code == 403
    fields = {"addresses": "203.0.113.1", "reason": "x", "tenant": blocked.acme.id}
    assert blocked.foreign.post("/blocking/import", **fields).status_code == 404
    assert blocked.analyst.get("/blocking/import").status_code == 200
