"""How tables follow the configuration: by refresh, by reconfigure, by expiry."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lamis.simulators.opnsense.aliases import KEPT_IN_CONFIG, Alias
from lamis.simulators.opnsense.exchange import UserError

if TYPE_CHECKING:
    from lamis.simulators.opnsense.box import Box

_NO_TABLE = ("port",)
_KEPT_AS_IT_IS = (*KEPT_IN_CONFIG, "external")


def load(box: "Box", alias: Alias) -> bool:
    """Load one alias into its table; False where it does not fit. External tables stay as they are."""
    if alias.type in _NO_TABLE:
        return True
    if not alias.is_enabled:
        box.pf.flush(alias.name)
        return True
    if alias.type == "external":
        box.pf.tables.setdefault(alias.name, {})
        return True
    box.loaded_content[alias.name] = frozenset(alias.content)
    return box.pf.replace(alias.name, _members(alias), now_ms=box.now_ms)


def refresh(box: "Box", *, is_full_for_hosts: bool) -> None:
    """The minutely job: what changed is loaded, what is unchanged and not empty is skipped.

    Tables that are filled from elsewhere are always loaded.
    """
    for alias in list(box.aliases.values()):
        is_changed = box.loaded_content.get(alias.name) != frozenset(alias.content)
        is_empty = not box.pf.tables.get(alias.name)
        is_due = is_full_for_hosts if alias.type == "host" else alias.type not in _KEPT_AS_IT_IS
        if is_changed or is_due or (is_empty and alias.content) or not alias.is_enabled:
            load(box, alias)


def reconfigure(box: "Box") -> None:
    """Load every alias anew. Raises UserError for the first that does not fit."""
    for alias in list(box.aliases.values()):
        size = len(box.pf.tables.get(alias.name, {}))
        if not load(box, alias):
            sizes = f"{{current_size: {size}, new_size: {len(alias.content)}}}"
            told = f"Error loading alias [{alias.name}]: table could not be loaded {sizes}"
            raise UserError(told, title="Alias")
    box.load_rules()


def expire(box: "Box") -> None:
    """Drop what external tables with an expiry hold for too long (25.7 and newer)."""
    for alias in box.aliases.values():
        if alias.type == "external" and alias.expire_s is not None and box.version >= (25, 7):
            box.pf.expire(alias.name, older_than_ms=box.now_ms - alias.expire_s * 1_000)


def _members(alias: Alias) -> Iterable[str]:
    return alias.content if alias.type in KEPT_IN_CONFIG else ()
