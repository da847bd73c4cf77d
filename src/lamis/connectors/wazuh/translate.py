"""One Wazuh document, 4.x or 5.x, as columns. Pure, and never raises whatever the document holds."""

import json
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
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
_SCALARS = (str, int, float)
_NUMBERS = (int, float)


class _Rule(msgspec.Struct):
    """The rule of a 4.x alert."""

    id: Any = None
    level: Any = msgspec.UNSET
    description: Any = None
    groups: Any = None
    mitre: Any = None


class _Named(msgspec.Struct):
    """An object of a 4.x alert that says who somebody is."""

    id: Any = None
    name: Any = None
    node: Any = None
    hostname: Any = None


class _Document(msgspec.Struct):
    """The parts that columns come from; the rest of a document is stepped over, not built."""

    at: Any = msgspec.field(default=None, name="@timestamp")
    timestamp: Any = None
    id: Any = None
    rule: _Rule | None = None
    agent: _Named | None = None
    manager: _Named | None = None
    cluster: _Named | None = None
    data: Any = None
    predecoder: _Named | None = None
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


_OBJECTS: dict[str, type[_Rule] | type[_Named]] = {
    "rule": _Rule, "agent": _Named, "manager": _Named, "cluster": _Named, "predecoder": _Named
}  # fmt: skip
_NOBODY = _Named()
_NO_RULE = _Rule(level=None)
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
    return isinstance(document.wazuh, dict) and document.rule is None


def _read(raw: bytes) -> _Document | str:
    """The parts of a document, or why there are none."""
    try:
        return _decoder.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _loosely(raw)


def _loosely(raw: bytes) -> _Document | str:
    """What a stricter reader refuses (odd shapes, lone surrogates, NaN), or why it is unreadable."""
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
        value = found.get(name)
        setattr(document, field, _shaped(_OBJECTS[field], value) if field in _OBJECTS else value)
    return document


def _shaped(kind: type[_Rule] | type[_Named], value: Any) -> _Rule | _Named | None:
    if not isinstance(value, dict):
        return None
    return kind(**{name: value[name] for name in kind.__struct_fields__ if name in value})


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) < 19 else float(digits)


def _fields_4(document: _Document) -> Fields:
    rule, agent = document.rule or _NO_RULE, document.agent or _NOBODY
    places = addresses.places_4(document.data, srcip=document.srcip, dstip=document.dstip)
    rule_id = _name(rule.id)
    mitre = _object(rule.mitre)
    manager = _name((document.manager or _NOBODY).name)
    return Fields(
        time_ms=_time(document),
        title=_title(rule.description, rule_id, document.location),
        rule=rule_id,
        level=0 if rule.level is msgspec.UNSET else _level(rule.level),  # analysisd leaves out a level of 0
        device=(
            _name(agent.name)
            or _name((document.predecoder or _NOBODY).hostname)
            or _name(document.hostname)
            or manager
        ),
        device_ref=_name(agent.id),
        manager=manager,
        source_address=places.sources[0] if places.sources else None,
        addresses=_each_address(places),
        user=_name(places.user),
        groups=_names(rule.groups),
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
    places = addresses.places_5(found)
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
        source_address=places.sources[0] if places.sources else None,
        addresses=_each_address(places),
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
    data, log = document.data, document.full_log
    if not isinstance(data, dict) or "win" not in data:
        return _clean(log)[:_TEXT_LIMIT] if isinstance(log, str) else ""
    return _joined((log, _object(_object(data["win"]).get("system")).get("message")))


def _text_5(document: _Document) -> str:
    return _joined((_object(document.event).get("original"),))


def _joined(parts: Iterable[Any]) -> str:
    return _clean("\n".join([part for part in parts if isinstance(part, str) and part]))[:_TEXT_LIMIT]


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


def _identity(document: _Document, rule: _Rule, agent: _Named) -> bytes | None:
    """A digest that an alert keeps when Filebeat sends it again; only with the manager's `id`."""
    if not isinstance(document.id, _SCALARS) or document.id == "":
        return None
    node = (document.cluster or _NOBODY).node
    parts: tuple[Any, ...] = (
        (document.manager or _NOBODY).name,
        "" if node is None else node,
        document.id,
        document.timestamp,
        rule.id,
        agent.id,
    )
    try:
        written = "\0".join(parts)
    except TypeError:  # not all are texts
        written = "\0".join([part if type(part) is str else _digestible(part) for part in parts])
    return blake2b(written.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _digestible(value: Any) -> str:
    """Numbers are written out, and differ from their digits as text; anything else is as if absent."""
    return f"\0{value!r}" if isinstance(value, _NUMBERS) else ""


def _each_address(places: addresses.Places) -> tuple[IPAddress, ...]:
    every = (*places.sources, *places.others)
    if len(every) > 1:  # addresses are slow to compare
        return tuple(dict.fromkeys(every))[:_LIST_LIMIT]
    return every


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
    items = value[:_LIST_LIMIT] if isinstance(value, list) else [value]
    try:
        is_usual = len("".join(items)) <= _NAME_LIMIT
    except TypeError:  # not all are texts
        is_usual = False
    return _usual_names(tuple(items)) if is_usual else _each_once(items)


@lru_cache(maxsize=4_096)
def _usual_names(items: tuple[str, ...]) -> tuple[str, ...]:
    """The same few lists come again and again; long ones are not worth keeping."""
    return _each_once(items)


def _each_once(items: Iterable[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([name for item in items if (name := _name(item))]))


def _name(value: Any) -> str | None:
    """A short text; numbers are written out, anything else is None."""
    if isinstance(value, str):
        return _short(value if len(value) <= _NAME_LIMIT else value[:_NAME_LIMIT])
    if isinstance(value, _NUMBERS) and not isinstance(value, bool):
        return str(value)[:_NAME_LIMIT]
    return None


@lru_cache(maxsize=4_096)
def _short(text: str) -> str | None:
    """Cleaned; the same few names come again and again."""
    return _clean(text).strip() or None


def _level(value: Any) -> int | None:
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 8:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, _NUMBERS) or not 0 <= value <= _LEVEL_LIMIT:
        return None
    return int(value)


def _clean(text: str) -> str:
    """Without what databases refuse: NUL and lone surrogates."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text if text.isascii() else text.encode(errors="replace").decode()
