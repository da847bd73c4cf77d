"""Lists as the box pages, searches and sorts them: differently before 25.7."""

import re
from typing import Any

from lamis.simulators.opnsense.exchange import Call

Row = dict[str, Any]
_DIGITS = re.compile(r"(\d+)")


def page(rows: list[Row], call: Call, *, default_count: int = 9_999) -> dict[str, Any]:
    """One page of `rows`; what is asked for is read from a body only, never from a query."""
    words = call.text("searchPhrase").lower().split()
    found = [row for row in rows if _has_all(row, words)] if words else rows
    order = call.object("sort") or {}
    for name, direction in order.items():
        found = sorted(found, key=lambda row: _natural(row.get(name)), reverse=direction == "desc")
    count, current = call.number("rowCount", default_count), max(1, call.number("current", 1))
    shown = found if count < 0 else found[(current - 1) * count : current * count]
    return {"total": len(found), "rowCount": len(shown), "current": current, "rows": shown}


def old_page(rows: list[Row], call: Call) -> dict[str, Any]:
    """The table list before 25.7: all rows unless asked otherwise, the phrase a substring of the address."""
    phrase = call.text("searchPhrase")
    found = [row for row in rows if phrase in row["ip"]] if phrase else rows
    count, current = call.number("rowCount", -1), max(1, call.number("current", 1))
    shown = found if count < 0 else found[(current - 1) * count : current * count]
    return {"total": len(found), "rowCount": count, "current": current, "rows": shown}


def _has_all(row: Row, words: list[str]) -> bool:
    values = [str(value).lower() for value in row.values()]
    return all(any(word in value for value in values) for word in words)


def _natural(value: Any) -> list[tuple[int, str]]:
    parts = _DIGITS.split(str(value or "").lower())
    return [(int(part) if part.isdigit() else 0, part) for part in parts]
