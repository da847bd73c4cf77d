"""Lines of the ledger: words, marks, what may be done."""

from datetime import timedelta

import pytest

from lamis.base.clock import from_ms
from lamis.blocking.types import Block, BlockState, Receipt, ReceiptState
from lamis.views.blocking import ask_url, block_line


def block(state: BlockState, *receipts: ReceiptState) -> Block:
    return Block(
        key=1, id="b", tenant_key=1, tenant_id="t", tenant="Acme", network="203.0.113.9", state=state,
        reason="Scan", asked_by="Nils", asked_by_id="n", created_ms=0, changed_ms=0, expires_ms=None,
        lifted_ms=None, lifted_by="", lift_why="", warnings=(), overridden=(), override_reason="",
        alert_id=None, list_number=1,
        receipts=tuple(
            Receipt("r", "f", "fw-1", each, 500, "", (("requested", 100), ("added", 400)), 900)
            for each in receipts
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "receipts", "mark", "word", "proof"),
    [
        (BlockState.ACTIVE, [ReceiptState.ACTIVE], "ok", "blocked", "1 of 1 read back"),
        (
            BlockState.PARTLY,
            [ReceiptState.ACTIVE, ReceiptState.FAILED],
            "late",
            "partly blocked",
            "1 of 2 read back",
        ),
        (BlockState.FAILED, [ReceiptState.FAILED], "bad", "failed", "0 of 1 read back"),
        (BlockState.APPLYING, [], "late", "published", "block list only"),
        (BlockState.LIFTED, [ReceiptState.LIFTED], "off", "lifted", "1 of 1 read back"),
    ],
)
def test_a_line_says_how_sure_we_are(
    state: BlockState, receipts: list[ReceiptState], mark: str, word: str, proof: str
) -> None:
    line = block_line(block(state, *receipts), now=from_ms(1000))
    assert (line.mark, line.word, line.proof) == (mark, word, proof)


def test_a_lift_that_does_not_end_is_overdue_in_words() -> None:
    lifting = block(BlockState.LIFTING, ReceiptState.LIFTING)
    assert block_line(lifting, now=from_ms(30_000)).word == "lifting"
    late = block_line(lifting, now=from_ms(30_001))
    assert (late.word, late.mark, late.is_overdue) == ("overdue", "bad", True)


def test_steps_tell_how_long_after_the_request_they_came() -> None:
    (receipt,) = block_line(block(BlockState.ACTIVE, ReceiptState.ACTIVE), now=from_ms(1000)).receipts
    assert receipt.steps == [("requested", timedelta()), ("added", timedelta(milliseconds=300))]
    assert receipt.next_try_at is None


def test_what_is_lifted_cannot_be_undone() -> None:
    assert block_line(block(BlockState.ACTIVE), now=from_ms(1), may_undo=True).may_undo
    assert not block_line(block(BlockState.LIFTING), now=from_ms(1), may_undo=True).may_undo


def test_a_rows_button_carries_address_reason_tenant_and_alert() -> None:
    url = ask_url("2001:db8::1", reason="A & B", tenant_id="t", alert_id="")
    assert url == "/blocking/block?ip_address=2001%3Adb8%3A%3A1&reason=A+%26+B&tenant=t"


def test_a_firewall_that_answers_late_is_said_in_words() -> None:
    asked = block(BlockState.REQUESTED, ReceiptState.WAITING)
    assert block_line(asked, now=from_ms(2_500)).receipts[0].detail == ""
    assert block_line(asked, now=from_ms(2_501)).receipts[0].detail == "fw-1 has not answered yet."
    done = block(BlockState.ACTIVE, ReceiptState.ACTIVE)
    assert block_line(done, now=from_ms(60_000)).receipts[0].detail == ""
