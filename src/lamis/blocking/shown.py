"""Blocks and firewalls' receipts as JSON values, the same for API, export and command line."""

import csv
import io
from collections.abc import Mapping

from lamis.base.clock import iso_ms
from lamis.blocking.networks import text_of
from lamis.blocking.planning import Plan
from lamis.blocking.types import AllowedNetwork, Block, Objection, Receipt

LIST_NAME = "block list"
_FORMULA = frozenset("=+-@\t\r")


def block_values(block: Block, *, pulled: Mapping[int, tuple[int, int]]) -> dict[str, object]:
    """One block. `pulled` tells, by tenant, which number of the block list was pulled last, and when."""
    return {
        "id": block.id,
        "address": block.network,
        "tenant": block.tenant,
        "tenant_id": block.tenant_id,
        "state": block.state.value,
        "stands": block.stands,
        "reason": block.reason,
        "notes": list(block.notes),
        "asked_by": block.asked_by,
        "created_at": iso_ms(block.created_ms),
        "changed_at": iso_ms(block.changed_ms),
        "expires_at": _at(block.expires_ms),
        "lifted_at": _at(block.lifted_ms),
        "lifted_by": block.lifted_by or None,
        "lift_reason": block.lift_why or None,
        "alert": block.alert_id,
        "warnings": list(block.warnings),
        "overridden": list(block.overridden),
        "override_reason": block.override_reason or None,
        "receipts": [receipt_values(each) for each in block.receipts] or [published(block, pulled)],
    }


def receipt_values(receipt: Receipt) -> dict[str, object]:
    return {
        "firewall": receipt.firewall,
        "firewall_id": receipt.firewall_id,
        "state": receipt.state.value,
        "at": iso_ms(receipt.at_ms),
        "detail": receipt.detail,
        "steps": [{"step": step, "at": iso_ms(at)} for step, at in receipt.steps],
        "next_try_at": _at(receipt.next_try_ms),
    }


def published(block: Block, pulled: Mapping[int, tuple[int, int]]) -> dict[str, object]:
    """The receipt of a block that no firewall is pushed to: whether its list was pulled since."""
    number, at_ms = pulled.get(block.tenant_key, (0, 0))
    if not block.stands:
        state, detail = "lifted", "Taken off the block list; who pulls it drops it at the next pull."
    elif number >= block.list_number:
        state, detail = "pulled", f"Last pulled {iso_ms(at_ms)}; whether it is enforced cannot be read back."
    else:
        state, detail = "published", "On the block list; nobody has pulled it since."
    return {
        "firewall": LIST_NAME,
        "firewall_id": None,
        "state": state,
        "at": iso_ms(at_ms if state == "pulled" else block.changed_ms),
        "detail": detail,
        "steps": [],
        "next_try_at": None,
    }


def plan_values(plan: Plan) -> dict[str, object]:
    """What a block would come to."""
    return {
        "dry_run": True,
        "address": plan.address,
        "would_block": not plan.objections and bool(plan.targets or plan.is_listed),
        "guards": [objection_values(each) for each in plan.objections],
        "warnings": list(plan.warnings),
        "firewalls": [target.name for target in plan.targets],
        "block_list": plan.is_listed,
        "standing": plan.standing_id,
    }


def objection_values(each: Objection) -> dict[str, object]:
    return {
        "guard": each.guard.value,
        "error": each.sentence,
        "may_be_overridden": each.may_be_overridden,
    }


def allowed_values(line: AllowedNetwork) -> dict[str, object]:
    return {
        "id": line.id,
        "address": text_of(line.network),
        "note": line.note,
        "tenant": line.tenant,
        "tenant_id": line.tenant_id,
        "added_by": line.added_by,
        "created_at": iso_ms(line.created_ms),
    }


_COLUMNS = (
    "address", "tenant", "state", "reason", "asked_by", "created_at", "expires_at", "lifted_at", "lifted_by",
    "lift_reason", "firewalls",
)  # fmt: skip


def csv_head() -> str:
    return ",".join(_COLUMNS) + "\r\n"


def csv_line(block: Block) -> str:
    """One line; what a spreadsheet would take for a formula is led by an apostrophe."""
    values = block_values(block, pulled={})
    values["firewalls"] = "; ".join(f"{each.firewall} {each.state.value}" for each in block.receipts)
    cells = ["" if values[name] is None else str(values[name]) for name in _COLUMNS]
    out = io.StringIO()
    csv.writer(out).writerow([f"'{cell}" if cell[:1] in _FORMULA else cell for cell in cells])
    return out.getvalue()


def _at(ms: int | None) -> str | None:
    return None if ms is None else iso_ms(ms)
