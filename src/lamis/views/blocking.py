"""What the pages of blocking are given: lines of the ledger, one block, lists."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lamis.base.clock import from_ms, to_ms
from lamis.blocking.queries_lists import ListInfo, Pull
from lamis.blocking.types import AllowedNetwork, Block, BlockState, Objection, Receipt, ReceiptState
from lamis.views.filters import Chip
from lamis.views.links import Query, link

# Seconds and words of how long a block lasts; the empty one is until lifted.
LASTING = (("3600", "1 hour"), ("86400", "1 day"), ("604800", "7 days"), ("", "Until lifted"))
USUAL = "86400"
_WORDS = {
    BlockState.REQUESTED: ("late", "requested"),
    BlockState.APPLYING: ("late", "applying"),
    BlockState.ACTIVE: ("ok", "blocked"),
    BlockState.PARTLY: ("late", "partly blocked"),
    BlockState.FAILED: ("bad", "failed"),
    BlockState.LIFTING: ("late", "lifting"),
    BlockState.LIFTED: ("off", "lifted"),
}
_RECEIPTS = {
    ReceiptState.WAITING: ("late", "waiting"),
    ReceiptState.RETRYING: ("late", "retrying"),
    ReceiptState.ACTIVE: ("ok", "blocked, read back"),
    ReceiptState.FAILED: ("bad", "failed"),
    ReceiptState.LIFTING: ("late", "lifting"),
    ReceiptState.LIFTED: ("off", "gone, read back"),
}
_LATE_MS = 30_000
_SLOW_MS = 2_000
# The values of `show` that a click chooses, and the filter that each stands for.
SHOWN: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("", "Standing", {"standing": "yes"}),
    ("expiring", "Expiring soon", {"expiring": "yes"}),
    ("trouble", "In trouble", {"state": "FAILED,PARTLY,LIFTING"}),
    ("lifted", "Lifted", {"state": "LIFTED"}),
    ("all", "All", {}),
)
# Each filter of the ledger's address beside those lists, and its word on a chip.
WORDS = {"q": "text", "address": "address", "tenant": "tenant", "firewall": "firewall"}


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One firewall's receipt as it is shown."""

    firewall: str
    url: str
    mark: str
    word: str
    detail: str
    at: datetime
    asked_at: datetime
    steps: Sequence[tuple[str, timedelta]]  # what, and how long after it was asked
    next_try_at: datetime | None


@dataclass(frozen=True, slots=True)
class BlockLine:
    """One block as lists and its own page show it."""

    id: str
    url: str
    address: str
    tenant: str
    tenant_id: str
    mark: str
    word: str
    reason: str
    notes: Sequence[str]
    asked_by: str
    created_at: datetime
    expires_at: datetime | None
    lifted_at: datetime | None
    lifted_by: str
    lift_why: str
    warnings: Sequence[str]
    overridden: Sequence[str]
    override_reason: str
    alert_url: str | None
    stands: bool
    is_settled: bool
    is_overdue: bool
    is_list_only: bool
    receipts: Sequence[ReceiptLine]
    may_change: bool = False
    may_undo: bool = False

    @property
    def proof(self) -> str:
        """How many firewalls were read back as wanted."""
        if not self.receipts:
            return "block list only"
        done = sum(each.mark in ("ok", "off") for each in self.receipts)
        return f"{done} of {len(self.receipts)} read back"


def block_line(block: Block, *, now: datetime, may_change: bool = False, may_undo: bool = False) -> BlockLine:
    """A line from what the queries answer."""
    mark, word = _WORDS[block.state]
    if block.is_list_only and block.stands:
        word = "published"
    is_overdue = block.state is BlockState.LIFTING and to_ms(now) - block.changed_ms > _LATE_MS
    return BlockLine(
        id=block.id,
        url=f"/blocking/{block.id}",
        address=block.network,
        tenant=block.tenant,
        tenant_id=block.tenant_id,
        mark="bad" if is_overdue else mark,
        word="overdue" if is_overdue else word,
        reason=block.reason,
        notes=block.notes,
        asked_by=block.asked_by,
        created_at=from_ms(block.created_ms),
        expires_at=_at(block.expires_ms),
        lifted_at=_at(block.lifted_ms),
        lifted_by=block.lifted_by,
        lift_why=block.lift_why,
        warnings=block.warnings,
        overridden=block.overridden,
        override_reason=block.override_reason,
        alert_url=f"/alerts/{block.alert_id}" if block.alert_id else None,
        stands=block.stands,
        is_settled=block.state in (BlockState.ACTIVE, BlockState.LIFTED) or block.is_list_only,
        is_overdue=is_overdue,
        is_list_only=block.is_list_only,
        receipts=[_receipt(each, now=now) for each in block.receipts],
        may_change=may_change,
        may_undo=may_undo and block.stands,
    )


def _receipt(receipt: Receipt, *, now: datetime) -> ReceiptLine:
    asked_at = from_ms(receipt.steps[0][1] if receipt.steps else receipt.at_ms)
    mark, word = _RECEIPTS[receipt.state]
    return ReceiptLine(
        firewall=receipt.firewall,
        url=f"/firewalls/{receipt.firewall_id}",
        mark=mark,
        word=word,
        detail=receipt.detail or _unanswered(receipt, now=now),
        at=from_ms(receipt.at_ms),
        asked_at=asked_at,
        steps=[(step, from_ms(at) - asked_at) for step, at in receipt.steps],
        next_try_at=_at(receipt.next_try_ms) if receipt.state is ReceiptState.RETRYING else None,
    )


def _unanswered(receipt: Receipt, *, now: datetime) -> str:
    is_open = receipt.state in (ReceiptState.WAITING, ReceiptState.LIFTING)
    is_late = is_open and to_ms(now) - receipt.at_ms > _SLOW_MS
    return f"{receipt.firewall} has not answered yet." if is_late else ""


@dataclass(frozen=True, slots=True)
class DriftSentence:
    """What a comparison found and put right, in words."""

    firewall: str
    url: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """One firewall's last comparison."""

    name: str
    url: str
    wanted: int | None
    foreign: int | None
    compared_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """The ledger of blocks. `shown` are (label, address, whether it is the one shown)."""

    query: Query
    lines: Sequence[BlockLine]
    total: int
    shown: Sequence[tuple[str, str, bool]]
    drifts: Sequence[DriftSentence] = ()
    compared: Sequence[ComparedLine] = ()
    tenants: Sequence[tuple[str, str]] = ()
    firewalls: Sequence[tuple[str, str]] = ()
    first_url: str | None = None
    next_url: str | None = None
    csv_url: str = ""
    ndjson_url: str = ""
    error: str = ""
    chips: Sequence[Chip] = ()
    clear_url: str = "/blocking"
    may_block: bool = False
    may_export: bool = False
    show_tenant: bool = True

    @property
    def is_narrowed(self) -> bool:
        return bool(self.chips)


@dataclass(frozen=True, slots=True)
class AskPage:
    """The page before a block: what is typed, what it would meet. `values` are those of the fields."""

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    tenants: Sequence[tuple[str, str]] = ()
    firewalls: Sequence[str] = ()
    is_listed: bool = False
    warnings: Sequence[str] = ()
    objections: Sequence[Objection] = ()
    standing_url: str | None = None
    earlier: Sequence[BlockLine] = ()
    may_override: bool = False
    may_confirm: bool = False
    may_widen: bool = False
    asked_by: str = ""
    asked_from: str = ""
    is_checked: bool = False

    @property
    def is_dropped(self) -> bool:
        """Whether anybody would drop it."""
        return bool(self.firewalls or self.is_listed)

    @property
    def is_ready(self) -> bool:
        """Whether nothing but the button is missing."""
        return self.is_checked and not self.objections and self.is_dropped

    @property
    def is_refused(self) -> bool:
        """Whether no button helps before something else is typed."""
        is_guarded = bool(self.objections) and not self.may_override and not self.may_confirm
        return is_guarded or (self.is_checked and not self.is_dropped)


@dataclass(frozen=True, slots=True)
class AllowedLine:
    """One line of an allow-list."""

    id: str
    address: str
    note: str
    tenant: str
    added_by: str
    created_at: datetime
    may_change: bool


def allowed_line(line: AllowedNetwork, address: str, *, may_change: bool) -> AllowedLine:
    return AllowedLine(
        line.id, address, line.note, line.tenant, line.added_by, from_ms(line.created_ms), may_change
    )


@dataclass(frozen=True, slots=True)
class PullLine:
    """Who pulled a list, and whether they hold the newest version."""

    pull: Pull
    at: datetime
    is_newest: bool


@dataclass(frozen=True, slots=True)
class BlockListCard:
    """A tenant's block list."""

    info: ListInfo
    changed_at: datetime | None
    made_at: datetime | None
    pulls: Sequence[PullLine]
    may_manage: bool


def ask_url(address: str, *, reason: str, tenant_id: str, alert_id: str) -> str:
    """Where a row's Block button leads."""
    values = {"ip_address": address, "reason": reason, "tenant": tenant_id, "alert": alert_id}
    return link("/blocking/block", values)


def _at(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)
