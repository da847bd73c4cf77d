"""Which alerts are like, and what a like alert does to what stands."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest

from lamis.alerts.types import Fields, Preset, Severity
from lamis.incidents import rules
from lamis.incidents.rules import Group, Likeness, Sighting, Standing, Step
from lamis.incidents.types import LONGEST_COMMENT, Policy, State, Verdict

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
QUIET = timedelta(seconds=60)


def fields(**members: object) -> Fields:
    return Fields(**{"time_ms": 0, "title": "T", "rule": "1", "level": 8, "device": "d", **members})


def standing(state: State, *, closed_ms: int | None = None) -> Standing:
    return Standing(1, "i", "f", state.value, 3, 1, 0, 0, 0, None, closed_ms, None)


def sighting(time_ms: int) -> Sighting:
    return Sighting(time_ms, time_ms, Severity.HIGH, "T", "1", None)


@pytest.mark.parametrize(
    ("one", "other", "are_like"),
    [
        ({}, {"title": "Other words", "level": 15}, True),
        ({}, {"rule": "2"}, False),
        ({}, {"device": "e"}, False),
        ({"device": None}, {"device": ""}, False),
        ({"rule": None}, {"rule": None, "title": "Other"}, False),
        ({"source_address": ip_address("192.0.2.1")}, {"source_address": ip_address("192.0.2.2")}, True),
        (
            {"source_address": ip_address("192.0.2.1"), "groups": ("authentication_failures",)},
            {"source_address": ip_address("192.0.2.2"), "groups": ("authentication_failures",)},
            False,
        ),
    ],
)
def test_alerts_are_like_by_rule_and_device_and_sometimes_address(
    one: dict[str, object], other: dict[str, object], are_like: bool
) -> None:
    first = rules.likeness(fields(**one), source=None)
    second = rules.likeness(fields(**other), source=None)
    assert (first == second) is are_like


def test_findings_are_like_only_about_the_same_source() -> None:
    assert rules.likeness(fields(), source=1) != rules.likeness(fields(), source=2)


def test_a_fingerprint_is_that_of_the_likeness() -> None:
    one, other = Likeness("1", "d", None, None), Likeness("1", None, "d", None)
    assert Group(one).fingerprint == Group(one).fingerprint != Group(other).fingerprint
    assert len(Group(one).fingerprint) == 32


def test_only_what_is_bad_enough_is_grouped_each_group_by_time() -> None:
    fresh = [(3 << 20, fields()), (1 << 20, fields()), (2 << 20, fields(level=3)), (0, fields(device="e"))]
    found = rules.grouped(fresh, policy=Policy(), preset=Preset.CLASSIC, source=None)
    assert [[each.key >> 20 for each in group.sightings] for group in found] == [[1, 3], [0]]


@pytest.mark.parametrize(
    ("stands", "times", "expected"),
    [
        (None, [1, 2], [(Step.OPEN, 2)]),
        (standing(State.OPEN), [1], [(Step.SEEN, 1)]),
        (standing(State.ACKNOWLEDGED), [10**15], [(Step.SEEN, 1)]),
        (standing(State.CLOSED, closed_ms=100_000), [99_000, 100_000], [(Step.SEEN, 2)]),
        (standing(State.CLOSED, closed_ms=100_000), [100_001], [(Step.REOPEN, 1)]),
        (standing(State.CLOSED, closed_ms=100_000), [5, 160_000, 10**9], [(Step.REOPEN, 3)]),
        (standing(State.CLOSED, closed_ms=100_000), [160_001], [(Step.OPEN, 1)]),
        (standing(State.CLOSED, closed_ms=100_000), [5, 6, 160_001], [(Step.SEEN, 2), (Step.OPEN, 1)]),
    ],
)
def test_what_like_alerts_do(
    stands: Standing | None, times: list[int], expected: list[tuple[Step, int]]
) -> None:
    found = rules.steps([sighting(time) for time in times], stands, quiet=QUIET)
    assert [(step, len(part)) for step, part in found] == expected


@pytest.mark.parametrize(
    ("addresses", "shared"),
    [((), None), (("a", "a"), "a"), (("a", "b"), None), (("a", None), None), ((None,), None)],
)
def test_an_address_is_shared_or_none_is(addresses: tuple[str | None, ...], shared: str | None) -> None:
    assert rules.shared_address(addresses) == shared


@pytest.mark.parametrize(
    ("until", "is_right"),
    [
        (None, True),
        (NOW + timedelta(hours=1), True),
        (NOW + timedelta(days=30), True),
        (NOW, False),
        (NOW - timedelta(1), False),
        (NOW + timedelta(days=31), False),
    ],
)
def test_muting_lasts_for_a_while(until: datetime | None, is_right: bool) -> None:
    assert (rules.why_not_mute(until, now=NOW) is None) is is_right


@pytest.mark.parametrize(
    ("text", "is_right"),
    [("x", True), (" ", False), ("", False), ("x" * LONGEST_COMMENT, True), ("x" * 4001, False)],
)
def test_a_comment_says_something(text: str, is_right: bool) -> None:
    assert (rules.why_not_comment(text) is None) is is_right


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("true positive", Verdict.TRUE_POSITIVE),
        ("False_Positive", Verdict.FALSE_POSITIVE),
        (" benign ", Verdict.BENIGN),
        ("true-positive", Verdict.TRUE_POSITIVE),
        ("", None),
        ("nothing", None),
    ],
)
def test_a_verdict_is_read_from_words(text: str, verdict: Verdict | None) -> None:
    assert rules.verdict_of(text) == verdict
