"""The stories of `upkeep`, told many times."""

import random

import pytest

from lamis.simulators.stories import upkeep
from lamis.simulators.stories.cast import ACME
from lamis.simulators.stories.events import Maker, Story
from tests.simulators.stories.telling import check_noise, check_story


@pytest.mark.parametrize("maker", [maker for maker, _ in upkeep.NOISE], ids=lambda maker: maker.__name__)
def test_noise_is_whole_and_seldom_grave(maker: Maker) -> None:
    check_noise(maker)


@pytest.mark.parametrize(
    "story", [upkeep.agents_lost, upkeep.queue_flooded, upkeep.update_night], ids=lambda story: story.__name__
)
def test_a_story_unfolds_within_the_hour(story: Story) -> None:
    check_story(story)


def test_a_cut_line_loses_several_agents_that_come_back() -> None:
    events = upkeep.agents_lost(random.Random(1), ACME)
    lost = {event.device.name for event in events if event.rule.rule_id == 504}
    back = {event.device.name for event in events if event.rule.rule_id == 503}
    assert lost == back
    assert len(lost) >= 3


def test_a_flooded_queue_calms_down() -> None:
    full, fine = upkeep.queue_flooded(random.Random(1), ACME)
    assert (full.rule.rule_id, fine.rule.rule_id) == (203, 205)
    assert fine.after_s > full.after_s
