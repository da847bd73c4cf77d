"""The feed of blocks: each that changed, with its receipts, as `GET /api/v2/blocks` shows it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.blocking import queries, queries_lists
from lamis.blocking.shown import block_values
from lamis.blocking.types import BlockFilter, Change
from lamis.live.messages import message
from lamis.live.types import View

MOST_TOLD = 100
MOST_LOOKED_AT = 2000
# Workers' clocks differ a little, and one may commit before another that began earlier.
OVERLAP_MS = 10_000
LATELY_MS = 60_000


@dataclass(slots=True)
class BlocksFeed:
    """Blocks of a view that changed. `told` is what was told of those from `edge_ms` on: each change once."""

    view: View
    pace_s: float = 0.2
    told: frozenset[Change] | None = field(default=None)
    edge_ms: int = 0

    def news(self, session: Session, *, now: datetime) -> str | None:
        lately_ms = to_ms(now) - OVERLAP_MS
        # A clock that went back makes changes that lie before those that were told.
        self.edge_ms = lately_ms if self.told is None else min(self.edge_ms, lately_ms)
        seen = self._since(session, self.edge_ms)
        before, self.told = self.told, frozenset(seen)
        self.edge_ms = max([self.edge_ms, *(each.changed_ms - OVERLAP_MS for each in seen)])
        fresh = [] if before is None else [each for each in seen if each not in before]
        return self._message(session, fresh) if fresh else None

    def first(self, session: Session, after: str | None, *, now: datetime) -> str:
        """Those that changed lately: they may be newer than the page that asks."""
        return self._message(session, self._since(session, to_ms(now) - LATELY_MS))

    def _since(self, session: Session, since_ms: int) -> list[Change]:
        tenants = dict(self.view.params).get("tenant", ())
        wanted = BlockFilter(tenant_id=tenants[0] if len(tenants) == 1 else None)
        return queries.changes(session, self.view.scope, wanted, since_ms=since_ms, most=MOST_LOOKED_AT)

    def _message(self, session: Session, changed: Sequence[Change]) -> str:
        pulled = queries_lists.newest_pulls(session, self.view.scope)
        keys = [each.key for each in changed[:MOST_TOLD]]
        blocks = queries.blocks_of(session, self.view.scope, keys)
        shown = [block_values(block, pulled=pulled) for block in blocks]
        return message("blocks", count=len(changed), blocks=shown)
