"""`/api/v2/firewalls/reconcile`, for each kind of caller."""

import pytest

from lamis.workers.blocking import Blocker
from tests.api.conftest import Speak, World
from tests.api.test_blocks import firewall

PATH = "/api/v2/firewalls/reconcile"


@pytest.mark.parametrize(
    ("name", "status", "count"), [("nils", 202, 1), ("olga", 202, 2), ("greg", 202, 1), ("vera", 403, None)]
)
def test_it_makes_the_firewalls_of_ones_own_tenants_due(
    world: World, speak: Speak, name: str, status: int, count: int | None
) -> None:
    firewall(world)
    firewall(world, "fw-2", "https://192.0.2.31", world.globex.key)
    Blocker(world.runtime).keep_up()
    answer = speak(name).post(PATH)
    assert (answer.status_code, answer.json().get("firewalls")) == (status, count)


def test_one_may_be_named_and_a_foreign_one_is_as_unknown_as_any(world: World, speak: Speak) -> None:
    own = firewall(world)
    Blocker(world.runtime).keep_up()
    assert speak("nils").post(PATH, json={"firewall": own}).json() == {"firewalls": 1}
    foreign, unknown = (speak("greg").post(PATH, json={"firewall": each}) for each in (own, "nowhere"))
    assert foreign.status_code == 404
    assert (foreign.status_code, foreign.json()) == (unknown.status_code, unknown.json())
    assert speak(None).post(PATH).status_code == 401
