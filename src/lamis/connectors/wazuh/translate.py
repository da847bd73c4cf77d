"""One Wazuh document, 4.x or 5.x, as columns. Pure, and never raises whatever the document holds."""

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from typing import Any

import msgspec

from lamis.alerts.types import Fields, IPAddress, Mitre
from lamis.connectors.wazuh import addresses
from lamis.connectors.wazuh.times import time_ms

# Change it whenever `_text_4` or `_text_5` answer differently for any document.
TEXT_VERSION = 1

_NAME_LIMIT = 500
_TITLE_LIMIT = 1_000
_TEXT_LIMIT = 65_536
_LIST_LIMIT = 64
_LEVEL_LIMIT = 1_000
_NO_MITRE = Mitre()
_UNTITLED = "Alert without a description"


class _Document(msgspec.Struct):
    """The parts that columns come from; the rest of a document is stepped over, not built."""

    at: Any = msgspec.field(default=None, name="@timestamp")
    timestamp: Any = None
    id: Any = None
    rule: Any = None
    agent: Any = None
    manager: Any = None
    cluster: Any = None
    data: Any = None
    predecoder: Any = None
    hostname: Any = None
    location: Any = None
    full_log: Any = None
    srcip: Any = None
    dstip: Any = None
    wazuh: Any = None
    source: Any = None
    destination: Any = None
    client: Any = None
    server: Any = None
    user: Any = None
    event: Any = None


_decoder = msgspec.json.Decoder(_Document)


def translate(raw: bytes) -> Fields:
    """The columns of one document. What cannot be read at all says why in `unreadable`."""
    document = _read(raw)
    if isinstance(document, str):
        return Fields(time_ms=None, title="Unreadable document", unreadable=document)
    return _fields_5(document) if _is_finding(document) else _fields_4(document)


def is_finding(raw: bytes) -> bool:
    """Whether a document has the shape of 5.x."""
    document = _read(raw)
    return not isinstance(document, str) and _is_finding(document)


def _is_finding(document: _Document) -> bool:
    return isinstance(document.wazuh, dict) and not isinstance(document.rule, dict)


def _read(raw: bytes) -> _Document | str:
    """The parts of a document, or why there are none."""
    try:
        return _decoder.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _loosely(raw)


def _loosely(raw: bytes) -> _Document | str:
    """What a stricter reader refuses (lone surrogates, NaN, endless numbers), or why it is unreadable."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        return f"The document is not UTF-8 (byte {error.start})."
    try:
        found = json.loads(text, parse_int=_number, strict=False)
    except json.JSONDecodeError as error:
        return f"The document is not JSON (character {error.pos})."
    except RecursionError:
        return "The document is nested too deeply."
    if not isinstance(found, dict):
        return "The document is not a JSON object."
    document = _Document()
    for field, name in zip(_Document.__struct_fields__, _Document.__struct_encode_fields__, strict=True):
        setattr(document, field, found.get(name))
    return document


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) < 19 else float(digits)


def _fields_4(document: _Document) -> Fields:
    rule, agent = _object(document.rule), _object(document.agent)
    found = {"data": document.data, "srcip": document.srcip, "dstip": document.dstip}
    source, every = _places(addresses.sources_4(found), addresses.others_4(found))
    rule_id = _name(rule.get("id"))
    level = _level(rule.get("level"))
    if level is None and rule and "level" not in rule:
        level = 0  # analysisd leaves a level of 0 out
    mitre = _object(rule.get("mitre"))
    manager = _name(_object(document.manager).get("name"))
    return Fields(
        time_ms=_time(document),
        title=_title(rule.get("description"), rule_id, document.location),
        rule=rule_id,
        level=level,
        device=(
            _name(agent.get("name"))
            or _name(_object(document.predecoder).get("hostname"))
            or _name(document.hostname)
            or manager
        ),
        device_ref=_name(agent.get("id")),
        manager=manager,
        source_address=source,
        addresses=every,
        user=_name(addresses.user_4(found)),
        groups=_names(rule.get("groups")),
        mitre=(
            Mitre(_names(mitre.get("id")), _names(mitre.get("tactic")), _names(mitre.get("technique")))
            if mitre
            else _NO_MITRE
        ),
        identity=_identity(document, rule, agent),
        text=_text_4(document),
    )


def _fields_5(document: _Document) -> Fields:
    wazuh = _object(document.wazuh)
    rule, agent, cluster = (
        _object(wazuh.get("rule")),
        _object(wazuh.get("agent")),
        _object(wazuh.get("cluster")),
    )
    integration = _object(wazuh.get("integration"))
    found = {name: getattr(document, name) for name in ("source", "destination", "client", "server")}
    source, every = _places(addresses.sources_5(found), addresses.others_5(found))
    rule_id = _name(rule.get("id"))
    word = _name(rule.get("level"))
    number = _level(rule.get("level"))
    mitre = _object(rule.get("mitre"))
    host = _object(agent.get("host"))
    return Fields(
        time_ms=_time(document),
        title=_title(rule.get("title") or rule.get("description"), rule_id, integration.get("name")),
        rule=rule_id,
        level=number,
        severity_word=word.lower() if word and number is None else None,
        device=_name(agent.get("name")) or _name(host.get("hostname")) or _name(host.get("name")),
        device_ref=_name(agent.get("id")),
        manager=_name(cluster.get("node")) or _name(cluster.get("name")),
        source_address=source,
        addresses=every,
        user=_name(_first(_object(document.user).get("name"))),
        groups=_names(rule.get("tags")) or _names(integration.get("category")),
        mitre=Mitre(
            (_parts(mitre, "technique", "id") + _parts(mitre, "subtechnique", "id"))[:_LIST_LIMIT],
            _parts(mitre, "tactic", "name"),
            (_parts(mitre, "technique", "name") + _parts(mitre, "subtechnique", "name"))[:_LIST_LIMIT],
        ),
        text=_text_5(document),
    )


def _text_4(document: _Document) -> str:
    """The log, and the message of a Windows event, which has no log."""
    message = _object(_object(_object(document.data).get("win")).get("system")).get("message")
    return _joined((document.full_log, message))


def _text_5(document: _Document) -> str:
    return _joined((_object(document.event).get("original"),))


def _joined(parts: Iterable[Any]) -> str:
    return _clean("\n".join(part for part in parts if isinstance(part, str) and part))[:_TEXT_LIMIT]


def _time(document: _Document) -> int | None:
    """`@timestamp` is what windows span; documents outside an index may have `timestamp` only."""
    moment = time_ms(document.at)
    return moment if moment is not None else time_ms(document.timestamp)


def _title(description: Any, rule_id: str | None, place: Any) -> str:
    written = description if isinstance(description, str) else _first(description)
    if isinstance(written, str) and (title := _clean(written).strip()):
        return title[:_TITLE_LIMIT]
    named = _name(place)
    if rule_id:
        return f"Rule {rule_id}" + (f" ({named})" if named else "")
    return f"{_UNTITLED} ({named})" if named else _UNTITLED


def _identity(document: _Document, rule: dict[str, Any], agent: dict[str, Any]) -> bytes | None:
    """A digest that an alert keeps when Filebeat sends it again; only with the manager's `id`."""
    if not isinstance(document.id, str | int | float) or document.id == "":
        return None
    parts = [
        _object(document.manager).get("name"),
        _object(document.cluster).get("node"),
        document.id,
        document.timestamp,
        rule.get("id"),
        agent.get("id"),
    ]
    parts = [part if isinstance(part, str | int | float) else None for part in parts]
    try:
        written = msgspec.json.encode(parts)
    except (UnicodeEncodeError, OverflowError):
        written = json.dumps(parts).encode()
    return blake2b(written, digest_size=16).digest()


def _places(
    sources: Iterator[IPAddress], others: Iterator[IPAddress]
) -> tuple[IPAddress | None, tuple[IPAddress, ...]]:
    first = next(sources, None)
    every = dict.fromkeys(chain(() if first is None else (first,), sources, others))
    return first, tuple(every)[:_LIST_LIMIT]


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _first(value: Any) -> Any:
    return (value[0] if value else None) if isinstance(value, list) else value


def _parts(mitre: dict[str, Any], kind: str, part: str) -> tuple[str, ...]:
    """The ids or names of a 5.x mapping, written as one object of lists or as a list of objects."""
    found = mitre.get(kind)
    if isinstance(found, list):
        return _names([_object(item).get(part) for item in found])
    return _names(_object(found).get(part))


def _names(value: Any) -> tuple[str, ...]:
    """A list of words, trimmed, each once; one word alone is a list of one."""
    if value is None:
        return ()
    items = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys([name for item in items[:_LIST_LIMIT] if (name := _name(item))]))


def _name(value: Any) -> str | None:
    """A short text; numbers are written out, anything else is None."""
    if isinstance(value, str):
        return _short(value if len(value) <= _NAME_LIMIT else value[:_NAME_LIMIT])
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)[:_NAME_LIMIT]
    return None


@lru_cache(maxsize=4_096)
def _short(text: str) -> str | None:
    """Cleaned; the same few names come again and again."""
    return _clean(text).strip() or None


def _level(value: Any) -> int | None:
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 8:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LEVEL_LIMIT:
        return None
    return int(value)


def _clean(text: str) -> str:
    """Without what databases refuse: NUL and lone surrogates."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text if text.isascii() else text.encode(errors="replace").decode()
