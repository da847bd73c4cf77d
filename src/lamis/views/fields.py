"""A document for people: as a list of names (dotted paths) and values, and as indented text. Pure."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import orjson

MOST_LINES = 2000
SHOWN_LETTERS = 200_000
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


def document_text(raw: bytes) -> str:
    """Indented where that loses nothing of what is shown; the download has the very bytes.

    Of a huge document the beginning as it came: a browser that freezes shows nothing at all, and indenting
    makes a deep one hundreds of times as long.
    """
    if len(raw) <= SHOWN_LETTERS:
        # No JSON, or nested too deeply to be written again: as it came.
        with suppress(orjson.JSONDecodeError, orjson.JSONEncodeError):
            raw = orjson.dumps(orjson.loads(raw), option=orjson.OPT_INDENT_2)
    text = raw.decode(errors="replace")
    if len(text) <= SHOWN_LETTERS:
        return text
    left = len(text) - SHOWN_LETTERS
    return f"{text[:SHOWN_LETTERS]}\n… {left:,} more characters; the download has all of it"


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
