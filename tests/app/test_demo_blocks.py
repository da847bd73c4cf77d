"""The demo's blocks: some stand, one expires, one drifts and is put back; and all of it once."""

from datetime import timedelta

import pytest

from lamis.app.demo_blocks import DRIFTS, begin_blocks
from lamis.app.demo_firewall import connect_firewall
from lamis.base.clock import utc_now
from lamis.base.scope import EVERYTHING
from lamis.blocking import queries, queries_work
from lamis.blocking.types import BlockFilter, BlockState
from lamis.simulators.opnsense.local import LocalFirewall
from lamis.storage.runtime import Runtime
from lamis.workers.blocking import Blocker
from tests.engines.waiting import PATIENCE_S


def states(runtime: Runtime) -> dict[str, BlockState]:
    with runtime.database.read() as session:
        found, _ = queries.blocks(session, EVERYTHING, BlockFilter())
    return {block.network: block.state for block in found}


@pytest.mark.slow
def test_the_demo_blocks_lets_expire_and_repairs_a_drift(runtime: Runtime) -> None:
    with LocalFirewall(login_pad_s=0) as box:
        connect_firewall(runtime, box)
        drifting = begin_blocks(runtime, box)
        assert drifting is not None
        Blocker(runtime).look()
        assert set(states(runtime).values()) == {BlockState.ACTIVE}
        assert len(box.entries()) == 4
        drifting.join(PATIENCE_S)
        Blocker(runtime, clock=lambda: utc_now() + timedelta(seconds=20)).look()
        assert DRIFTS in box.entries()
        assert begin_blocks(runtime, box) is None
    with runtime.database.read() as session:
        assert [drift.network for drift in queries_work.drifts(session, EVERYTHING)] == [DRIFTS]
    assert states(runtime)["192.0.2.77"] is BlockState.LIFTED
