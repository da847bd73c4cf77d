"""The deployments that can be simulated, by name."""

from dataclasses import dataclass

from lamis.simulators.indexer import Release
from lamis.simulators.stories import cloud, linux, network, upkeep, windows
from lamis.simulators.stories.alerts import alert
from lamis.simulators.stories.cast import ACME, GLOBEX, INITECH
from lamis.simulators.stories.day import Programme
from lamis.simulators.stories.events import Maker, Story
from lamis.simulators.stories.findings import finding


@dataclass(frozen=True, slots=True)
class Profile:
    """One deployment: what it is, what happens there, and whether it now and then misbehaves."""

    name: str
    release: Release
    cluster_uuid: str
    seed: int
    programme: Programme
    per_day: float = 8_000
    live_per_s: float = 0.6
    stories_per_day: float = 2.5
    is_misbehaving: bool = False


def _weighed(noise: tuple[tuple[Maker, float], ...], factor: float) -> tuple[tuple[Maker, float], ...]:
    return tuple((maker, weight * factor) for maker, weight in noise)


_STORIES: tuple[tuple[Story, float], ...] = (
    (linux.break_in, 4),
    (windows.password_spray, 3),
    (network.web_attack, 4),
    (windows.malware, 1),
    (upkeep.update_night, 1.5),
    (upkeep.agents_lost, 0.7),
    (upkeep.queue_flooded, 0.7),
    (cloud.known_bad, 0.7),
)

PROFILES = {
    profile.name: profile
    for profile in (
        Profile(
            name="acme-emea",
            release=Release.V4,
            cluster_uuid="Xo2mDJ0pQbW7u5vLr8sK1A",
            seed=4101,
            programme=Programme(
                ACME,
                alert,
                linux.NOISE + windows.NOISE + upkeep.NOISE + network.NOISE + _weighed(cloud.NOISE, 0.3),
                (*_STORIES, (cloud.account_taken, 1)),
            ),
        ),
        Profile(
            name="globex-cloud",
            release=Release.V5,
            cluster_uuid="p7Tn3cYfS4mEw0Zq9hRk2g",
            seed=5200,
            programme=Programme(
                GLOBEX,
                finding,
                linux.NOISE
                + _weighed(windows.NOISE, 0.5)
                + upkeep.NOISE
                + network.NOISE
                + _weighed(cloud.NOISE, 2),
                (*_STORIES, (cloud.account_taken, 2), (cloud.cloud_opened, 2)),
            ),
        ),
        Profile(
            name="initech-branch",
            release=Release.V4,
            cluster_uuid="b3Vd8gHaR6yNf1Jt5eWc7Q",
            seed=6300,
            programme=Programme(
                INITECH,
                alert,
                _weighed(linux.NOISE, 0.6) + _weighed(windows.NOISE, 1.5) + upkeep.NOISE + network.NOISE,
                _STORIES,
            ),
            per_day=5_000,
            is_misbehaving=True,
        ),
    )
}
"""The profiles of `lamis demo`, in the order they are shown."""
