"""A document as a list of names and values, each name a dotted path. Pure; nothing is left out."""

from collections.abc import Iterator
from dataclasses import dataclass

import orjson

MOST_LINES = 2000
_LONGEST_NAME = 4000  # letters; a name comes again in each line below it


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field. `url` leads to the alerts that share the value."""

    name: str
    value: str
    is_mono: bool = False
    note: str = ""
    url: str | None = None


def document_lines(raw: bytes) -> tuple[FieldLine, ...]:
    """Every leaf of a JSON document in its own order, at most MOST_LINES; none if it is not JSON.

    Lists of plain values are one line, joined by commas.
    """
    try:
        document = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return ()
    lines: list[FieldLine] = []
    for name, value in _leaves("", document):
        if len(lines) == MOST_LINES:
            lines.append(FieldLine("…", "the rest is in the document"))
            break
        lines.append(FieldLine(name, value))
    return tuple(lines)


def _leaves(path: str, value: object) -> Iterator[tuple[str, str]]:
    pending = [iter([(path, value)])]
    while pending:
        found = next(pending[-1], None)
        if found is None:
            pending.pop()
        elif (inside := _inside(*found)) is not None:
            pending.append(inside)
        else:
            yield found[0] or "document", _words(found[1])


def _inside(path: str, value: object) -> Iterator[tuple[str, object]] | None:
    """What has names of its own in `value`, made one by one; None for a leaf."""
    if isinstance(value, dict) and value:
        return ((_under(path, f".{key}" if path else key), inner) for key, inner in value.items())
    if isinstance(value, list) and any(isinstance(inner, dict | list) for inner in value):
        return ((_under(path, f"[{at}]"), inner) for at, inner in enumerate(value))
    return None


def _under(path: str, name: str) -> str:
    return (path + name)[:_LONGEST_NAME]


def _words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_words(each) for each in value)
    return value if isinstance(value, str) else orjson.dumps(value).decode()
