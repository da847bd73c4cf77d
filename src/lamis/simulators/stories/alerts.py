"""Writing an event down as a Wazuh 4.x alert."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from lamis.base.clock import DAY_MS, from_ms, iso_ms
from lamis.simulators.stories.cast import Cast
from lamis.simulators.stories.events import Event


def alert(event: Event, cast: Cast, *, at_ms: int, rng: random.Random) -> dict[str, Any]:
    """The document of an event processed at `at_ms`, with every field a 4.14 alert of its kind has."""
    document: dict[str, Any] = {"input": {"type": "log"}, "agent": _agent(event)}
    document["manager"] = {"name": cast.manager}
    if cast.cluster:
        document["cluster"] = {"name": cast.cluster, "node": "master-node"}
    if event.data:
        document["data"] = event.data
    document["rule"] = _rule(event, rng)
    document |= event.more
    document["location"] = event.location
    document["decoder"] = {"name": event.decoder, **({"parent": event.parent} if event.parent else {})}
    document["id"] = f"{at_ms // 1000}.{at_ms % DAY_MS * 16 + rng.randrange(16)}"
    if event.log is not None:
        document["full_log"] = event.log
        if event.program:
            document["predecoder"] = _predecoder(event, cast, at_ms)
            stamp, host = document["predecoder"]["timestamp"], event.device.name
            document["full_log"] = f"{stamp} {host} {event.log}"
    document["timestamp"] = manager_time(cast, at_ms)
    document["@timestamp"] = iso_ms(at_ms)
    return document


def manager_time(cast: Cast, at_ms: int) -> str:
    """`timestamp` as analysisd writes it: local, milliseconds, an offset without colon."""
    local = _local(cast, at_ms)
    sign, minutes = "-" if cast.offset_minutes < 0 else "+", abs(cast.offset_minutes)
    return f"{local:%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}{sign}{minutes // 60:02d}{minutes % 60:02d}"


def _local(cast: Cast, at_ms: int) -> datetime:
    return from_ms(at_ms).astimezone(UTC) + timedelta(minutes=cast.offset_minutes)


def _agent(event: Event) -> dict[str, Any]:
    device = event.device
    return {"id": device.agent_id, "name": device.name, **({"ip": device.ip} if device.ip else {})}


def _rule(event: Event, rng: random.Random) -> dict[str, Any]:
    rule = event.rule
    written: dict[str, Any] = {
        "firedtimes": rng.randrange(1, 400),
        "mail": rule.level >= 12,
        "level": rule.level,
        "description": rule.text,
        "groups": list(rule.groups),
        "id": str(rule.rule_id),
        **rule.compliance,
    }
    ids, tactics, techniques = rule.mitre
    if ids:
        written["mitre"] = {"id": list(ids), "tactic": list(tactics), "technique": list(techniques)}
    if rule.frequency:
        written["frequency"] = rule.frequency
    return written


def _predecoder(event: Event, cast: Cast, at_ms: int) -> dict[str, Any]:
    stamp = f"{_local(cast, at_ms):%b %d %H:%M:%S}"
    return {"hostname": event.device.name, "program_name": event.program, "timestamp": stamp}
