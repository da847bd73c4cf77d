"""Asking for a block on a page: what it meets is shown, the button does it."""

import pytest

from lamis.base.scope import SYSTEM
from lamis.blocking import lists, queries
from lamis.blocking.types import Block, BlockFilter
from tests.web.blocks import Blocked, blocked_site
from tests.web.site import NOW, Site


@pytest.fixture
def blocked(site: Site) -> Blocked:
    return blocked_site(site)


def stored(blocked: Blocked) -> list[Block]:
    with blocked.site.runtime.database.read() as session:
        return queries.blocks(session, SYSTEM.scope, BlockFilter())[0]


def test_the_page_is_filled_in_and_ready_for_enter(blocked: Blocked) -> None:
    page = blocked.analyst.get("/blocking/block?ip_address=203.0.113.9&reason=Brute+force").text
    assert 'value="203.0.113.9"' in page
    assert 'value="Brute force"' in page
    assert "fw-1" in page
    assert "autofocus" in page
    assert stored(blocked) == []


def test_the_form_of_a_row_blocks_without_scripts(blocked: Blocked) -> None:
    sent = blocked.analyst.post("/blocking/block", ip_address="203.0.113.9", reason="Brute force")
    (block,) = stored(blocked)
    assert sent.headers["location"] == f"/blocking/{block.id}"
    assert (block.network, block.reason, block.asked_by) == ("203.0.113.9", "Brute force", "Nils")
    assert block.expires_ms is not None
    assert "203.0.113.9 is being blocked." in blocked.analyst.follow(sent).text
    again = blocked.analyst.post("/blocking/block", ip_address="203.0.113.9", reason="Scan")
    assert "was blocked already" in blocked.analyst.follow(again).text


def test_until_lifted_is_a_choice_of_its_own(blocked: Blocked) -> None:
    blocked.analyst.post("/blocking/block", ip_address="203.0.113.9", reason="x", lasts="")
    assert stored(blocked)[0].expires_ms is None


def test_guards_are_shown_before_and_refuse_after(blocked: Blocked) -> None:
    page = blocked.analyst.get("/blocking/block?ip_address=198.51.100.1").text
    assert "is an address or gateway of the firewall itself" in page
    assert "Nobody may override this" in page
    assert "autofocus" not in page
    sent = blocked.analyst.post("/blocking/block", ip_address="198.51.100.1", reason="Scan")
    assert sent.status_code == 422
    assert 'value="Scan"' in sent.text
    assert stored(blocked) == []


def test_only_an_admin_is_offered_to_set_a_guard_aside(blocked: Blocked) -> None:
    path = "/blocking/block?ip_address=10.0.0.1"
    assert "override_reason" not in blocked.analyst.get(path).text
    assert "override_reason" in blocked.admin.get(path).text
    fields = {"ip_address": "10.0.0.1", "reason": "Worm", "override_reason": "Infected"}
    assert blocked.analyst.post("/blocking/block", **fields).status_code == 403
    blocked.admin.follow(blocked.admin.post("/blocking/block", **fields))
    assert stored(blocked)[0].overridden == ("private",)


@pytest.mark.slow
def test_the_twenty_first_of_an_hour_wants_a_confirmation(blocked: Blocked) -> None:
    for last in range(1, 21):
        blocked.analyst.post("/blocking/block", ip_address=f"203.0.113.{last}", reason="Scan")
    refused = blocked.analyst.post("/blocking/block", ip_address="203.0.113.21", reason="Scan")
    assert refused.status_code == 422
    assert "Yes, I mean to block that many" in refused.text
    sent = blocked.analyst.post("/blocking/block", ip_address="203.0.113.21", reason="Scan", confirm="on")
    assert sent.status_code == 303


def test_what_was_typed_wrong_is_kept_and_told_at_its_field(blocked: Blocked) -> None:
    sent = blocked.analyst.post("/blocking/block", ip_address="evil.example", reason="Scan")
    assert sent.status_code == 422
    assert "names are not blocked" in sent.text
    assert 'value="evil.example"' in sent.text
    assert blocked.analyst.post("/blocking/block", ip_address="203.0.113.9").status_code == 422


def test_a_tenant_without_firewall_and_list_is_told_so(blocked: Blocked) -> None:
    page = blocked.foreign.get("/blocking/block?ip_address=203.0.113.9").text
    assert "no firewall and no block list" in page
    assert blocked.foreign.post("/blocking/block", ip_address="203.0.113.9", reason="x").status_code == 409
    with blocked.site.runtime.database.write() as session:
        lists.switch_on(session, SYSTEM, blocked.globex.key, now=NOW)
    sent = blocked.foreign.post("/blocking/block", ip_address="203.0.113.9", reason="x")
    assert "On the block list" in blocked.foreign.follow(sent).text


def test_an_ipv6_address_may_be_widened_by_choice(blocked: Blocked) -> None:
    assert "The whole /64" in blocked.analyst.get("/blocking/block?ip_address=2001:db8::5").text
    blocked.analyst.post("/blocking/block", ip_address="2001:db8::5", reason="x", widen="on")
    assert stored(blocked)[0].network == "2001:db8::/64"


def test_nobody_blocks_another_tenants_firewall(blocked: Blocked) -> None:
    fields = {"ip_address": "203.0.113.9", "reason": "x", "tenant": blocked.acme.id}
    assert blocked.foreign.post("/blocking/block", **fields).status_code == 404
    assert blocked.viewer.post("/blocking/block", **fields).status_code == 403
    assert blocked.site.stranger().post("/blocking/block", **fields).status_code in (303, 403)
    assert stored(blocked) == []


def test_hostile_text_is_shown_as_text(blocked: Blocked) -> None:
    page = blocked.analyst.get("/blocking/block?ip_address=<script>x</script>&reason=<b>y</b>").text
    assert "<script>x" not in page
    assert "<b>y" not in page


def test_checking_again_only_looks(blocked: Blocked) -> None:
    refused = blocked.analyst.post("/blocking/block", ip_address="127.0.0.1", reason="Scan")
    assert "Check again" in refused.text
    fields = {"ip_address": "203.0.113.9", "reason": "Scan", "check": "1"}
    page = blocked.analyst.post("/blocking/block", **fields)
    assert (page.status_code, "autofocus" in page.text) == (200, True)
    assert stored(blocked) == []
    assert blocked.viewer.post("/blocking/block", **fields).status_code == 403


PART = {"X-Part": "dialog"}


def test_a_dialog_is_given_the_same_without_the_frame(blocked: Blocked) -> None:
    path = "/blocking/block?ip_address=203.0.113.9&reason=Brute+force"
    part = blocked.analyst.get(path, headers=PART)
    assert part.headers["x-part"] == "1"
    assert "<html" not in part.text
    for said in ('value="203.0.113.9"', 'value="Brute force"', "fw-1", "Nils", "autofocus"):
        assert said in part.text
    assert "x-part" not in blocked.analyst.get(path).headers
    assert blocked.viewer.get(path, headers=PART).status_code == 403


def test_the_button_waits_for_enter_only_where_nothing_is_in_the_way(blocked: Blocked) -> None:
    assert "autofocus" in blocked.admin.get("/blocking/block?ip_address=203.0.113.9").text
    for path in ("/blocking/block", "/blocking/block?ip_address=10.0.0.1"):
        assert "autofocus" not in blocked.admin.get(path).text
    assert "autofocus" not in blocked.foreign.get("/blocking/block?ip_address=203.0.113.9").text


def test_a_dialog_goes_on_to_the_receipts(blocked: Blocked) -> None:
    sent = blocked.analyst.post("/blocking/block", ip_address="203.0.113.9", reason="Brute force")
    told = blocked.analyst.get(sent.headers["location"], headers=PART)
    assert "<html" not in told.text
    assert "data-until-settled" in told.text
    assert "203.0.113.9 is being blocked." in told.text
    assert "is being blocked." not in blocked.analyst.get(sent.headers["location"]).text
    assert blocked.foreign.get(sent.headers["location"], headers=PART).status_code == 404
