"""One thing that happened, before it is written down in the words of a release."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lamis.simulators.stories.cast import Cast, Device

Mitre = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
NO_MITRE: Mitre = ((), (), ())
BRUTE_FORCE: Mitre = (("T1110",), ("Credential Access",), ("Brute Force",))
GUESSING: Mitre = (("T1110.001",), ("Credential Access",), ("Password Guessing",))
VALID_ACCOUNTS: Mitre = (
    ("T1078",),
    ("Defense Evasion", "Persistence", "Privilege Escalation", "Initial Access"),
    ("Valid Accounts",),
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the shipped kind; `compliance` are lists by their Wazuh name."""

    rule_id: int
    level: int
    text: str
    groups: tuple[str, ...]
    mitre: Mitre = NO_MITRE
    compliance: dict[str, list[str]] = field(default_factory=dict)
    frequency: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What happened on which device. `data` is what the decoder made, `more` other top-level members.

    `after_s` is the distance from the start of the story it belongs to.
    """

    device: Device
    rule: Rule
    decoder: str
    location: str
    log: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    program: str | None = None
    parent: str | None = None
    source_ip: str | None = None
    user: str | None = None
    category: str = "system-activity"
    after_s: float = 0.0


Maker = Callable[[random.Random, Cast], Event]
Story = Callable[[random.Random, Cast], list[Event]]


def fill(rule: Rule, text: str) -> Rule:
    """The rule with its description filled in, as analysisd does with `$(field)`."""
    return Rule(rule.rule_id, rule.level, text, rule.groups, rule.mitre, rule.compliance, rule.frequency)
