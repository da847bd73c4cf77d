"""What goes over the socket, both ways. Everything is JSON with a `type` or an `action`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from lamis.alerts.filters import NAMES
from lamis.base.errors import Invalid, Unavailable
from lamis.incidents import filters as incident_filters
from lamis.live.types import Format, Kind, Params

LATER = frozenset({"devices", "device", "tasks"})
_FILTERS = frozenset({*NAMES, "text"})
CHANGES = "changes"
WORK_ONLY = "work"
_OF: Mapping[Kind, frozenset[str]] = {
    "incidents": frozenset({*incident_filters.NAMES, CHANGES}),
    "blocks": frozenset({"tenant"}),
}
_LONGEST_LIST = 100


@dataclass(frozen=True, slots=True)
class Subscribe:
    """What somebody wants to be told of; one subscription per kind and socket, the last one counts."""

    kind: Kind
    format: Format = "json"
    after: str | None = None
    params: Params = ()


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    kind: Kind


@dataclass(frozen=True, slots=True)
class Ping:
    """A sign of life that is answered; browsers cannot see those of the protocol."""


Request = Subscribe | Unsubscribe | Ping


def read_request(text: str) -> Request:
    """What a client said. Raises Invalid with a sentence for anything else."""
    try:
        said = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Invalid("That is not JSON.") from None
    if not isinstance(said, dict):
        raise Invalid("A message is a JSON object.")
    action = said.get("action")
    if action == "ping":
        return Ping()
    if action == "unsubscribe":
        return Unsubscribe(_kind(said))
    if action != "subscribe":
        raise Invalid("`action` must be subscribe, unsubscribe or ping.", field="action")
    after = said.get("after")
    if after is not None and not isinstance(after, str):
        raise Invalid("`after` is the text that an earlier message carried.", field="after")
    kind = _kind(said)
    return Subscribe(kind, _format(said), after or None, _params(said, kind))


def _format(said: Mapping[str, Any]) -> Format:
    match said.get("format"):
        case None | "json":
            return "json"
        case "html":
            return "html"
    raise Invalid("`format` must be json or html.", field="format")


def _kind(said: Mapping[str, Any]) -> Kind:
    match said.get("type"):
        case "alerts":
            return "alerts"
        case "stats":
            return "stats"
        case "incidents":
            return "incidents"
        case "blocks":
            return "blocks"
        case str() as name if name in LATER:
            raise Invalid(
                f"This version tells of alerts, incidents, blocks and stats; {name} come with a later one.",
                field="type",
            )
    raise Invalid("`type` must be alerts, incidents, blocks or stats.", field="type")


def _params(said: Mapping[str, Any], kind: Kind) -> Params:
    """The filter members, in the one order that makes equal filters equal."""
    found = []
    for name in sorted(_OF.get(kind, _FILTERS) & said.keys()):
        value = said[name]
        values = value if isinstance(value, list) else [] if value is None else [value]
        if len(values) > _LONGEST_LIST:
            raise Invalid(f"`{name}` lists more than {_LONGEST_LIST} values.", field=name)
        found.append((name, tuple(_word(name, each) for each in values)))
    if dict(found).get(CHANGES, ()) not in {(), ("all",), (WORK_ONLY,)}:
        raise Invalid(f"`{CHANGES}` must be all or {WORK_ONLY}.", field=CHANGES)
    return tuple(found)


def _word(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int):
        return str(value)
    raise Invalid(f"`{name}` must be a text, a number or a list of them.", field=name)


def message(kind: str, **members: object) -> str:
    """A message of ours as text."""
    return msgspec.json.encode({"type": kind, **members}).decode()


def alerts_message(after: str, alerts: Sequence[object]) -> str:
    return message("alerts", after=after, alerts=alerts)


def error_message(error: Invalid | Unavailable, *, subscription: Kind | None = None) -> str:
    field = error.field if isinstance(error, Invalid) else None
    return message("error", error=error.message, field=field, subscription=subscription)
