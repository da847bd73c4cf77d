"""The ledger and one block, for each kind of visitor."""

from datetime import timedelta

import pytest

from lamis.base.clock import utc_now
from lamis.base.scope import EVERYTHING
from lamis.blocking import upkeep
from lamis.blocking.types import BlockState
from lamis.connections.queries_firewalls import active_firewalls
from lamis.connections.types import ConnectionKind
from lamis.connectors.types import Ability, Manifest
from lamis.workers.blocking import Blocker
from tests.fakes.firewall import FakeFirewall
from tests.web.blocks import Blocked, blocked_site
from tests.web.site import NOW, Site


@pytest.fixture
def blocked(site: Site) -> Blocked:
    return blocked_site(site)


def test_the_ledger_shows_what_stands_with_reason_and_proof(blocked: Blocked) -> None:
    block_id = blocked.ask()
    page = blocked.analyst.get("/blocking")
    assert page.status_code == 200
    for text in ("203.0.113.9", "Brute force", "0 of 1 read back", f"/blocking/{block_id}", "LAMIS"):
        assert text in page.text


def test_a_stranger_signs_in_first_and_another_tenant_sees_nothing(blocked: Blocked) -> None:
    block_id = blocked.ask()
    for path in ("/blocking", f"/blocking/{block_id}", "/blocking/block", "/blocking/lists"):
        assert blocked.site.stranger().get(path).status_code == 303
    assert f"/blocking/{block_id}" not in blocked.foreign.get("/blocking").text
    assert blocked.foreign.get(f"/blocking/{block_id}").status_code == 404
    assert blocked.foreign.post(f"/blocking/{block_id}/lift").status_code == 404
    assert blocked.foreign.post(f"/blocking/{block_id}/extend", lasts="60").status_code == 404


def test_a_viewer_sees_and_changes_nothing(blocked: Blocked) -> None:
    block_id = blocked.ask()
    ledger, page = blocked.viewer.get("/blocking"), blocked.viewer.get(f"/blocking/{block_id}")
    assert (ledger.status_code, page.status_code) == (200, 200)
    for text in ("Unblock", "Undo", "Extend", "Block an address", "Compare now"):
        assert text not in ledger.text + page.text
    assert blocked.viewer.post(f"/blocking/{block_id}/lift").status_code == 403
    assert blocked.viewer.post(f"/blocking/{block_id}/extend", lasts="60").status_code == 403
    assert blocked.viewer.post("/blocking/reconcile").status_code == 403
    assert blocked.viewer.get("/blocking/block").status_code == 403
    assert blocked.viewer.get("/blocking/import").status_code == 403


def test_each_list_of_the_ledger_narrows_and_a_wrong_one_is_told(blocked: Blocked) -> None:
    blocked.ask("203.0.113.1", lasts=timedelta(days=3650))
    page = blocked.analyst.get("/blocking?show=lifted")
    assert "No blocks match" in page.text
    assert "203.0.113.1" in blocked.analyst.get("/blocking?show=all&q=brute&address=203.0.113.1").text
    other = blocked.analyst.get("/blocking?show=all&q=scan").text
    assert "203.0.113.1" not in other
    assert 'href="/blocking?show=all"' in other  # the chip of the filter leads back to its list
    assert blocked.analyst.get("/blocking?show=nonsense").status_code == 422
    assert blocked.analyst.get("/blocking?address=nonsense").status_code == 422


def test_an_empty_ledger_says_what_to_do_next(blocked: Blocked) -> None:
    assert "Nothing is blocked" in blocked.analyst.get("/blocking").text


def test_who_asked_may_undo_for_ten_minutes(blocked: Blocked) -> None:
    analyst = blocked.analyst
    analyst.get("/blocking/block?ip_address=203.0.113.9")
    sent = analyst.post("/blocking/block", ip_address="203.0.113.9", reason="Scan")
    page = analyst.follow(sent)
    assert ">Undo<" in page.text
    block_id = sent.headers["location"].rsplit("/", 1)[1]
    assert ">Unblock<" in blocked.admin.get(f"/blocking/{block_id}").text
    lifted = analyst.follow(analyst.post(f"/blocking/{block_id}/lift", why="undone"))
    assert "203.0.113.9 is being unblocked" in lifted.text
    assert blocked.block(block_id).lift_why == "undone"


def test_extending_sets_another_end(blocked: Blocked) -> None:
    block_id = blocked.ask()
    page = blocked.analyst.follow(blocked.analyst.post(f"/blocking/{block_id}/extend", lasts="86400"))
    assert "is blocked until" in page.text
    expires_ms = blocked.block(block_id).expires_ms
    assert expires_ms is not None
    assert abs(expires_ms / 1000 - (utc_now() + timedelta(days=1)).timestamp()) < 60
    blocked.analyst.post(f"/blocking/{block_id}/extend", lasts="")
    assert blocked.block(block_id).expires_ms is None
    assert blocked.analyst.post(f"/blocking/{block_id}/extend", lasts="soon").status_code == 422


def test_receipts_are_asked_for_until_they_are_settled(blocked: Blocked) -> None:
    block_id = blocked.ask()
    assert "data-until-settled" in blocked.analyst.get(f"/blocking/{block_id}").text
    fake = FakeFirewall()
    manifest = Manifest(
        kind=ConnectionKind.OPNSENSE,
        title="Fake",
        abilities=frozenset({Ability.BLOCKING}),
        open_firewall=fake,
    )
    Blocker(blocked.site.runtime, manifest_of=lambda _kind: manifest).look()
    assert blocked.block(block_id).state is BlockState.ACTIVE
    page = blocked.analyst.get(f"/blocking/{block_id}").text
    assert "data-until-settled" not in page
    assert "blocked, read back" in page
    assert "states ended" in page


def test_comparing_now_says_how_many_firewalls(blocked: Blocked) -> None:
    blocked.ask()
    page = blocked.analyst.follow(blocked.analyst.post("/blocking/reconcile"))
    assert "1 firewall is being compared" in page.text


def test_the_drift_of_one_comparison_is_one_sentence(blocked: Blocked) -> None:
    found = [["192.0.2.8"], ["192.0.2.1", "192.0.2.2"], ["192.0.2.5", "192.0.2.6", "192.0.2.7"]]
    with blocked.site.runtime.database.write() as session:
        (stored,) = active_firewalls(session, EVERYTHING)
        for hours, networks in enumerate(found):
            at = NOW + timedelta(hours=hours)
            upkeep.remember_drift(session, stored.connection, kind="missing", networks=networks, now=at)
    page = blocked.analyst.get("/blocking").text
    assert "192.0.2.8 was missing on fw-1" in page
    assert "192.0.2.2 and 192.0.2.1 were missing on fw-1" in page
    assert "3 entries were missing on fw-1" in page
    assert "192.0.2.6" not in page
