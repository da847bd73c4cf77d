"""Writing an event down as a Wazuh 5.x finding, in the Wazuh Common Schema."""

import random
import uuid
from typing import Any

from lamis.base.clock import iso_ms
from lamis.simulators.stories.cast import Cast, Part
from lamis.simulators.stories.events import Event

_SPACE = uuid.UUID("6f1c2f6e-3f0b-4f44-9a55-0d8a3c1f5e21")
_TACTICS = {
    "Collection": "TA0009",
    "Credential Access": "TA0006",
    "Defense Evasion": "TA0005",
    "Execution": "TA0002",
    "Impact": "TA0040",
    "Initial Access": "TA0001",
    "Persistence": "TA0003",
    "Privilege Escalation": "TA0004",
    "Reconnaissance": "TA0043",
}
_SYSTEMS = {
    Part.WINDOWS: ("windows", "Microsoft Windows 11"),
    Part.DOMAIN: ("windows", "Windows Server 2022"),
}


def finding(event: Event, cast: Cast, *, at_ms: int, rng: random.Random) -> dict[str, Any]:
    """The document of an event found at `at_ms`."""
    document: dict[str, Any] = {
        "@timestamp": iso_ms(at_ms),
        "event": _event(event, at_ms, rng),
        "wazuh": {
            "agent": _agent(event),
            "cluster": {"name": cast.cluster or "wazuh", "node": cast.manager},
            "integration": {"name": event.decoder, "category": event.category},
            "rule": _rule(event),
            "space": {"name": "standard"},
        },
    }
    if event.source_ip:
        document["source"] = {"ip": event.source_ip}
        if port := event.data.get("srcport") or event.data.get("src_port"):
            document["source"]["port"] = int(port)
    if event.user:
        document["user"] = {"name": event.user}
    if path := event.more.get("syscheck", {}).get("path"):
        document["file"] = {"path": path}
    if url := event.data.get("url"):
        document["url"] = {"original": url}
        document["http"] = {"response": {"status_code": int(event.data["id"])}}
    return document


def level_word(level: int) -> str:
    """The 5.x word for a 4.x level, as Wazuh's own migration maps them."""
    for least, word in ((14, "critical"), (10, "high"), (7, "medium"), (4, "low")):
        if level >= least:
            return word
    return "informational"


def _event(event: Event, at_ms: int, rng: random.Random) -> dict[str, Any]:
    original = event.log or f"{event.rule.text} ({event.location})"
    is_failure = any("fail" in group for group in event.rule.groups)
    return {
        "id": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        "original": original,
        "ingested": iso_ms(at_ms + 180),
        "dataset": event.location,
        "outcome": "failure" if is_failure else "success",
    }


def _agent(event: Event) -> dict[str, Any]:
    device = event.device
    kind, name = _SYSTEMS.get(device.part, ("linux", "Debian GNU/Linux 12"))
    host: dict[str, Any] = {"hostname": device.name, "os": {"type": kind, "name": name}}
    if device.ip:
        host["ip"] = [device.ip]
    return {
        "id": device.agent_id,
        "name": device.name,
        "groups": ["default"],
        "version": "v5.0.0",
        "host": host,
    }


def _rule(event: Event) -> dict[str, Any]:
    rule = event.rule
    written: dict[str, Any] = {
        "id": str(uuid.uuid5(_SPACE, str(rule.rule_id))),
        "title": rule.text,
        "level": level_word(rule.level),
        "tags": list(rule.groups),
    }
    ids, tactics, techniques = rule.mitre
    if ids:
        written["mitre"] = {
            "tactic": {"id": [_TACTICS[name] for name in tactics], "name": list(tactics)},
            "technique": {"id": list(ids), "name": list(techniques)},
        }
    if rule.compliance:
        written["compliance"] = rule.compliance
    return written
