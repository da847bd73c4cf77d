"""A document as a list of names and values, each name a dotted path. Pure; nothing is left out."""

from collections.abc import Iterator
from dataclasses import dataclass

import orjson

MOST_LINES = 2000


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
    pending = [(path, value)]
    while pending:
        name, each = pending.pop()
        if isinstance(each, dict) and each:
            pending.extend((f"{name}.{key}" if name else key, inner) for key, inner in reversed(each.items()))
        elif isinstance(each, list) and any(isinstance(inner, dict | list) for inner in each):
            pending.extend((f"{name}[{at}]", inner) for at, inner in reversed(list(enumerate(each))))
        else:
            yield name or "document", _words(each)


def _words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_words(each) for each in value)
    return value if isinstance(value, str) else orjson.dumps(value).decode()
