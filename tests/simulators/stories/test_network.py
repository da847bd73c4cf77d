"""The stories of `network`, told many times."""

import random

import pytest

from lamis.simulators.stories import network
from lamis.simulators.stories.cast import ACME
from lamis.simulators.stories.events import Maker, Story
from tests.simulators.stories.telling import check_noise, check_story, ending


@pytest.mark.parametrize("maker", [maker for maker, _ in network.NOISE], ids=lambda maker: maker.__name__)
def test_noise_is_whole_and_seldom_grave(maker: Maker) -> None:
    check_noise(maker)


@pytest.mark.slow
@pytest.mark.parametrize("story", [network.web_attack], ids=lambda story: story.__name__)
def test_a_story_unfolds_within_the_hour(story: Story) -> None:
    check_story(story)


def test_a_web_attack_comes_from_one_address_and_can_succeed() -> None:
    events = network.web_attack(random.Random(1), ACME)
    assert len({event.source_ip for event in events}) == 1
    assert {network.SCANNED.rule_id, network.INJECTION.rule_id, network.INJECTED.rule_id} <= ending(
        network.web_attack
    )
