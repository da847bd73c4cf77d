"""Pure decisions about incidents: which alerts are like, and what a like alert does to what stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from lamis.alerts.rules import clean, key_ms, severity_of
from lamis.alerts.types import Fields, Preset, Severity
from lamis.base.clock import span_ms
from lamis.incidents.types import LONGEST_COMMENT, LONGEST_MUTE, Policy, State, Verdict

_LONGEST = 512
# Rule groups whose alerts are one incident per source address: who attacks matters more than where.
BY_ADDRESS = frozenset(
    {
        "authentication_failed",
        "authentication_failures",
        "win_authentication_failed",
        "invalid_login",
        "web_scan",
        "recon",
        "attack",
        "ids",
    }
)


class Likeness(NamedTuple):
    """What like alerts of a tenant have in common. `source` is set for findings: each is about one."""

    rule: str
    device: str | None
    address: str | None
    source: int | None


class Sighting(NamedTuple):
    """One alert of an incident, as far as the incident is concerned."""

    time_ms: int
    key: int
    severity: Severity
    title: str
    rule: str | None
    address: str | None


class Standing(msgspec.Struct, frozen=True, gc=False):
    """The newest incident of a fingerprint."""

    key: int
    id: str
    fingerprint: str
    state: str
    severity: int
    count: int
    first_ms: int
    last_ms: int
    opened_ms: int
    source_address: str | None
    closed_ms: int | None
    verdict: str | None


class Step(StrEnum):
    """What some like alerts do: seen again, reopen what was closed, or open anew."""

    SEEN = "seen"
    REOPEN = "reopen"
    OPEN = "open"


@dataclass(slots=True)
class Group:
    """The alerts of a page that are like each other. `previous` is the closed incident they come after."""

    likeness: Likeness
    sightings: list[Sighting] = field(default_factory=list)
    previous: Standing | None = None

    @property
    def fingerprint(self) -> str:
        parts = "\0".join("" if part is None else str(part) for part in self.likeness)
        return blake2b(parts.encode(), digest_size=16).hexdigest()

    @property
    def severity(self) -> Severity:
        return max(sighting.severity for sighting in self.sightings)


def likeness(fields: Fields, *, source: int | None) -> Likeness:
    """Which alerts this one is like: same rule (else title) and device; and address, for some groups."""
    address = None
    if fields.source_address is not None and not BY_ADDRESS.isdisjoint(fields.groups):
        address = str(fields.source_address)
    return Likeness(
        clean(fields.rule or f"title: {fields.title}")[:_LONGEST],
        None if fields.device is None else clean(fields.device)[:_LONGEST],
        address,
        source,
    )


def finding_fingerprint(rule: str, connection_key: int) -> str:
    """The fingerprint of findings of a kind about a source, without a device."""
    return Group(Likeness(rule, None, None, connection_key)).fingerprint


def grouped(
    fresh: Iterable[tuple[int, Fields]], *, policy: Policy, preset: Preset, source: int | None
) -> list[Group]:
    """The alerts (key, fields) that open or join incidents, by likeness; each group's by time."""
    groups: dict[Likeness, Group] = {}
    for key, fields in fresh:
        severity = severity_of(fields, preset)
        if severity < policy.severity:
            continue
        like = likeness(fields, source=source)
        group = groups.get(like)
        if group is None:
            group = groups[like] = Group(like)
        address = None if fields.source_address is None else str(fields.source_address)
        group.sightings.append(
            Sighting(key_ms(key), key, severity, clean(fields.title), fields.rule, address)
        )
    for group in groups.values():
        group.sightings.sort()
    return list(groups.values())


def steps(
    sightings: Sequence[Sighting], standing: Standing | None, *, quiet: timedelta
) -> list[tuple[Step, Sequence[Sighting]]]:
    """What like alerts, ordered by time, do to the newest incident of their kind.

    An alert from before a closing, that a back-fill brought late, joins the closed incident without
    reopening it. The first one after it reopens the incident within the quiet time, else opens anew.
    """
    if standing is None:
        return [(Step.OPEN, sightings)]
    if standing.state != State.CLOSED or standing.closed_ms is None:
        return [(Step.SEEN, sightings)]
    closed_ms = standing.closed_ms
    before = sum(1 for sighting in sightings if sighting.time_ms <= closed_ms)
    if before == len(sightings):
        return [(Step.SEEN, sightings)]
    if sightings[before].time_ms - closed_ms <= span_ms(quiet):
        return [(Step.REOPEN, sightings)]
    late: list[tuple[Step, Sequence[Sighting]]] = [(Step.SEEN, sightings[:before])] if before else []
    return [*late, (Step.OPEN, sightings[before:])]


def shared_address(addresses: Iterable[str | None]) -> str | None:
    """The one address that all of them are; None where they differ or one has none."""
    found = set(addresses)
    return found.pop() if len(found) == 1 else None


def why_not_mute(until: datetime | None, *, now: datetime) -> str | None:
    """Why an incident cannot be muted until then; None where it can, or where None ends the muting."""
    if until is None or now < until <= now + LONGEST_MUTE:
        return None
    return f"Mute it until a time to come, at most {LONGEST_MUTE.days} days ahead."


def why_not_comment(text: str) -> str | None:
    """Why a text is no comment; None where it is one."""
    if not text.strip():
        return "Write something first."
    if len(text) > LONGEST_COMMENT:
        return f"A comment is at most {LONGEST_COMMENT:,} characters; shorten it."
    return None


def verdict_of(text: str) -> Verdict | None:
    """The verdict a text names, with spaces, hyphens or underscores; None for none of ours."""
    word = text.strip().lower().replace("_", " ").replace("-", " ")
    return next((verdict for verdict in Verdict if verdict.value == word), None)
