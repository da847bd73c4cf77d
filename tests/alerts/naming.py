"""What a case of a test is called."""

from dataclasses import fields

from lamis.alerts.types import Filter


def named(wanted: Filter) -> str:
    """What the filter asks for; the same in every process of a run."""
    said = ((field.name, getattr(wanted, field.name), field.default) for field in fields(wanted))
    return "&".join(
        f"{name}={_word(value)}" for name, value, default in said if value not in (default, frozenset())
    )


def _word(value: object) -> str:
    return ",".join(sorted(map(str, value))) if isinstance(value, frozenset) else str(value)
