"""The stories of `cloud`, told many times."""

import random

import pytest

from lamis.simulators.stories import cloud
from lamis.simulators.stories.cast import ACME
from lamis.simulators.stories.events import Maker, Story
from tests.simulators.stories.telling import check_noise, check_story


@pytest.mark.parametrize("maker", [maker for maker, _ in cloud.NOISE], ids=lambda maker: maker.__name__)
def test_noise_is_whole_and_seldom_grave(maker: Maker) -> None:
    check_noise(maker)


@pytest.mark.slow
@pytest.mark.parametrize(
    "story", [cloud.account_taken, cloud.cloud_opened, cloud.known_bad], ids=lambda story: story.__name__
)
def test_a_story_unfolds_within_the_hour(story: Story) -> None:
    check_story(story)


def test_a_service_name_is_not_an_address() -> None:
    rng = random.Random(4)
    events = [cloud.aws_call(rng, ACME) for _ in range(100)]
    names = {event.data["aws"]["sourceIPAddress"] for event in events if event.source_ip is None}
    assert names == {"ec2.amazonaws.example", "autoscaling.amazonaws.example"}


def test_what_the_cloud_tells_comes_from_the_manager() -> None:
    assert {event.device.agent_id for event in cloud.account_taken(random.Random(1), ACME)} == {"000"}
