"""The stories of `windows`, told many times."""

import random

import pytest

from lamis.simulators.stories import windows
from lamis.simulators.stories.cast import ACME
from lamis.simulators.stories.events import Maker, Story
from tests.simulators.stories.telling import check_noise, check_story, ending


@pytest.mark.parametrize("maker", [maker for maker, _ in windows.NOISE], ids=lambda maker: maker.__name__)
def test_noise_is_whole_and_seldom_grave(maker: Maker) -> None:
    check_noise(maker)


@pytest.mark.slow
@pytest.mark.parametrize("story", [windows.password_spray, windows.malware], ids=lambda story: story.__name__)
def test_a_story_unfolds_within_the_hour(story: Story) -> None:
    check_story(story)


def test_a_spray_can_end_with_a_new_administrator_and_malware_with_a_cleared_log() -> None:
    assert {windows.FAILURES.rule_id, windows.LOCKED.rule_id, windows.ADMINS.rule_id} <= ending(
        windows.password_spray
    )
    assert {windows.ENCODED.rule_id, windows.MALWARE.rule_id, windows.CLEARED.rule_id} <= ending(
        windows.malware
    )


def test_only_real_addresses_become_the_source() -> None:
    rng = random.Random(4)
    told = {windows.failure(rng, ACME).source_ip for _ in range(100)}
    assert None in told
    assert not told & {"-", "::1", "127.0.0.1"}
