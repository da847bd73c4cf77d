"""What must hold of every maker of noise and every story."""

import random

import orjson

from lamis.simulators.stories.alerts import alert
from lamis.simulators.stories.cast import ACME, GLOBEX, INITECH
from lamis.simulators.stories.events import Event, Maker, Story
from lamis.simulators.stories.findings import finding
from tests.simulators.asking import T0

CASTS = (ACME, GLOBEX, INITECH)
_CATEGORIES = {
    "access-management",
    "applications",
    "cloud-services",
    "network-activity",
    "other",
    "security",
    "system-activity",
    "unclassified",
}


def check_noise(maker: Maker) -> None:
    """It can be written down for every organisation, and is seldom high."""
    rng = random.Random(1)
    for cast in CASTS:
        made = [maker(rng, cast) for _ in range(60)]
        for event in made:
            _check(event)
        assert sum(event.rule.level >= 10 for event in made) <= 6


def check_story(story: Story) -> None:
    """It can be told at every organisation and is over within an hour."""
    for cast in CASTS:
        for seed in range(20):
            events = story(random.Random(seed), cast)
            assert events
            assert all(0 <= event.after_s < 3600 for event in events)
            for event in events:
                _check(event)


def ending(story: Story, *, tries: int = 60) -> set[int]:
    """The rules a story can reach."""
    return {event.rule.rule_id for seed in range(tries) for event in story(random.Random(seed), ACME)}


def _check(event: Event) -> None:
    rng = random.Random(2)
    assert event.rule.text
    assert event.rule.groups
    assert event.category in _CATEGORIES
    for cast in CASTS:
        for write in (alert, finding):
            assert orjson.dumps(write(event, cast, at_ms=T0, rng=rng))
