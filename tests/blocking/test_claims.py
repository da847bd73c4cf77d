"""Claims: one worker at a firewall, and nothing recorded by one who lost it."""

import pytest

from lamis.base.errors import Unreachable
from lamis.base.scope import EVERYTHING
from lamis.blocking import claims, queries_work
from lamis.blocking.claims import ClaimedFirewall, ClaimLost
from tests.blocking.world import World


def claim(world: World) -> ClaimedFirewall | None:
    with world.database.write() as session:
        return claims.claim_firewall(session, now=world.clock())


def test_a_claimed_firewall_is_not_claimed_again_until_the_claim_ends(world: World) -> None:
    world.firewall()
    world.ask()
    first = claim(world)
    assert first is not None
    assert claim(world) is None
    world.clock.forward(seconds=30)
    second = claim(world)
    assert second is not None
    assert second.fence == first.fence + 1
    with world.database.write() as session:
        claims.hold(session, second, now=world.clock())
        with pytest.raises(ClaimLost):
            claims.hold(session, first, now=world.clock())
        with pytest.raises(ClaimLost):
            claims.let_go(session, first, values={})


def test_a_firewall_that_failed_rests_longer_each_time(world: World) -> None:
    world.firewall()
    world.ask()
    rests = []
    for _ in range(3):
        claimed = claim(world)
        assert claimed is not None
        with world.database.write() as session:
            claims.rest(session, claimed, Unreachable("No answer."), now=world.clock())
        with world.database.read() as session:
            (work,) = queries_work.work_of(session, EVERYTHING).values()
        rests.append(work.rests_until_ms - int(world.clock().timestamp() * 1000))
        world.clock.forward(seconds=rests[-1] / 1000)
    assert rests == [1000, 2000, 4000]


def test_a_receipt_that_is_gone_is_passed_over(world: World) -> None:
    world.firewall()
    world.ask()
    claimed = claim(world)
    assert claimed is not None
    with world.database.write() as session:
        claims.record_held(session, claimed, 999, detail="", steps=(), is_foreign=False, now=world.clock())
        claims.record_gone(session, claimed, 999, detail="", steps=(), now=world.clock())
        claims.record_failure(session, claimed, 999, Unreachable("x"), now=world.clock())
