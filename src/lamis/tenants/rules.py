"""Decisions about tenants on plain values."""

from lamis.base.names import NAME_LENGTH, is_visible


def why_not_a_name(name: str) -> str | None:
    """A sentence saying why `name` (tidied) cannot name a tenant; None when it can."""
    if not name:
        return "Give the tenant a name."
    if len(name) > NAME_LENGTH:
        return f"A tenant's name has at most {NAME_LENGTH} characters; this one has {len(name)}."
    if not is_visible(name):
        return "The tenant's name holds a control or invisible character; type it again."
    return None


def why_not_retention(days: int | None) -> str | None:
    """A sentence saying why alerts cannot be kept that long; None when they can."""
    if days is not None and not 1 <= days <= 3650:
        return "Alerts are kept for 1 to 3650 days; leave the field empty for the installation's setting."
    return None
