"""From blocks to lines of pages."""

from sqlalchemy.orm import Session

from lamis.base.clock import from_ms
from lamis.base.errors import Invalid, NotFound
from lamis.base.scope import Permission, Scope
from lamis.blocking import queries
from lamis.blocking.lifecycle import UNDO
from lamis.blocking.networks import parse_network
from lamis.blocking.types import Block, BlockFilter
from lamis.tenants.queries import tenant_by_id
from lamis.views.blocking import BlockLine, block_line
from lamis.web.visits import Visit

EARLIER = 5


def line_of(visit: Visit, block: Block) -> BlockLine:
    """A block as this visitor sees it."""
    actor = visit.actor
    is_fresh = visit.now - from_ms(block.created_ms) < UNDO
    may_change = actor.may(Permission.BLOCK, block.tenant_key)
    may_undo = may_change and is_fresh and block.asked_by_id == actor.person_id
    return block_line(block, now=visit.now, may_change=may_change, may_undo=may_undo)


def earlier_blocks(session: Session, visit: Visit, address: str | None, *, tenant_id: str) -> list[BlockLine]:
    """The newest blocks of an address, or of networks that hold it, in one tenant."""
    if not address:
        return []
    try:
        network = parse_network(address)
        tenant = tenant_by_id(session, visit.actor.full_scope, tenant_id)
    except (Invalid, NotFound):
        return []
    own = Scope(frozenset({tenant.key}))
    found, _ = queries.blocks(session, own, BlockFilter(covering=network), limit=EARLIER)
    return [line_of(visit, block) for block in found]
