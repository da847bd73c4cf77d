"""Histories that are the same after a restart, and moods."""

from dataclasses import replace
from itertools import pairwise

import pytest

from lamis.base.clock import DAY_MS
from lamis.simulators.faults import FaultKind
from lamis.simulators.indexer import Indexer, Release
from lamis.simulators.production import Production
from lamis.simulators.profiles import PROFILES
from tests.simulators.asking import T0

HOUR_MS = 3_600_000


def made(name: str, *, started_ms: int, now_ms: int, per_day: float = 400) -> tuple[Indexer, Production]:
    """A deployment with its history; few documents, so that tests are quick."""
    profile = replace(PROFILES[name], per_day=per_day, live_per_s=0.02)
    indexer = Indexer(name=name, release=Release(profile.release), users=[], cluster_uuid="x", seed=1)
    production = Production(indexer, profile, live_from_ms=started_ms)
    production.make_history(now_ms=now_ms)
    return indexer, production


def held(indexer: Indexer) -> dict[str, bytes]:
    return {one.doc_id: one.raw for one in indexer.documents.all()}


def test_a_history_reaches_back_a_day_and_ends_now() -> None:
    indexer, _ = made("acme-emea", started_ms=T0, now_ms=T0)
    times = [one.time_ms or 0 for one in indexer.documents.all()]
    assert T0 - DAY_MS <= min(times) < T0 - 23 * HOUR_MS
    assert T0 - HOUR_MS < max(times) < T0


@pytest.mark.slow
def test_going_on_makes_what_a_restart_makes() -> None:
    for name in ("acme-emea", "globex-cloud"):
        running, production = made(name, started_ms=T0, now_ms=T0)
        for step in range(1, 13):
            production.go_on(now_ms=T0 + step * 300_000)
        restarted, _ = made(name, started_ms=T0, now_ms=T0 + HOUR_MS)
        assert held(running) == held(restarted)


@pytest.mark.slow
def test_whole_days_are_forgotten_after_days() -> None:
    first, _ = made("acme-emea", started_ms=T0, now_ms=T0)
    later, _ = made("acme-emea", started_ms=T0, now_ms=T0 + 3 * DAY_MS)
    assert sorted(later.documents.indexes)[0] == "wazuh-alerts-4.x-2026.03.03"
    assert sorted(first.documents.indexes)[0] == "wazuh-alerts-4.x-2026.02.28"


@pytest.mark.slow
def test_a_misbehaving_deployment_is_late_repeats_itself_and_has_moods() -> None:
    indexer, production = made("initech-branch", started_ms=T0, now_ms=T0, per_day=8_000)
    known = indexer.documents.arrivals
    for step in range(1, 46):
        production.go_on(now_ms=T0 + step * 60_000)
    times = [one.time_ms or 0 for one in sorted(indexer.documents.all(), key=lambda one: one.arrival)][known:]
    assert any(later < earlier - 20_000 for earlier, later in pairwise(times))
    raws = [one.raw for one in indexer.documents.all()]
    assert len(raws) > len(set(raws))
    kinds = {fault.kind for fault in indexer.faults.standing()}
    assert kinds <= {FaultKind.SLOW, FaultKind.TOO_MANY_REQUESTS, FaultKind.BREAKER, FaultKind.SHARDS_FAILED}
    assert kinds
