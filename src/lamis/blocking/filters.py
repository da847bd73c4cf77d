"""From the parameters of an address to what is wanted of the ledger; pages, API and exports share it."""

from datetime import datetime, timedelta

from lamis.base.clock import to_ms
from lamis.base.errors import Invalid
from lamis.base.params import Params, one
from lamis.blocking.networks import parse_network
from lamis.blocking.types import BlockFilter, BlockState

NAMES = ("q", "state", "standing", "firewall", "tenant", "expiring", "address")
SOON = timedelta(hours=24)
_YES, _NO = frozenset({"yes", "true", "1"}), frozenset({"no", "false", "0"})


def parse_block_filter(params: Params, *, now: datetime) -> BlockFilter:
    """What is asked for: `q` text, `state`, `standing`, `firewall` and `tenant` ids, `expiring` within a day,
    `address` covered. Raises Invalid naming the parameter."""
    address, is_expiring = one(params, "address"), _flag(params, "expiring")
    return BlockFilter(
        text=one(params, "q") or "",
        states=tuple(_state(word) for value in params.get("state", ()) for word in value.split(",") if word),
        standing=_flag(params, "standing"),
        firewall_id=one(params, "firewall"),
        tenant_id=one(params, "tenant"),
        expiring_before_ms=to_ms(now + SOON) if is_expiring else None,
        covering=None if address is None else parse_network(address),
    )


def _state(word: str) -> BlockState:
    try:
        return BlockState(word.strip().upper())
    except ValueError:
        words = ", ".join(state.value for state in BlockState)
        raise Invalid(f"{word!r} is not a state; use {words}.", field="state") from None


def _flag(params: Params, name: str) -> bool | None:
    word = (one(params, name) or "").lower()
    if not word:
        return None
    if word not in _YES | _NO:
        raise Invalid(f"`{name}` is yes or no.", field=name)
    return word in _YES
