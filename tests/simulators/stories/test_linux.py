"""The stories of `linux`, told many times."""

import random

import pytest

from lamis.simulators.stories import linux
from lamis.simulators.stories.cast import ACME
from lamis.simulators.stories.events import Maker, Story
from tests.simulators.stories.telling import check_noise, check_story, ending


@pytest.mark.slow
@pytest.mark.parametrize("maker", [maker for maker, _ in linux.NOISE], ids=lambda maker: maker.__name__)
def test_noise_is_whole_and_seldom_grave(maker: Maker) -> None:
    check_noise(maker)


@pytest.mark.slow
@pytest.mark.parametrize("story", [linux.break_in], ids=lambda story: story.__name__)
def test_a_story_unfolds_within_the_hour(story: Story) -> None:
    check_story(story)


def test_a_break_in_goes_from_guesses_to_a_new_account_or_fails() -> None:
    assert {
        linux.BRUTE.rule_id,
        linux.BROKEN_IN.rule_id,
        linux.SUDO.rule_id,
        linux.USER_ADDED.rule_id,
    } <= ending(linux.break_in)
    levels = [
        max(event.rule.level for event in linux.break_in(random.Random(seed), ACME)) for seed in range(40)
    ]
    assert {10, 12} <= set(levels)
