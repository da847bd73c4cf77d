"""Everything that a real indexer holds is stored here once, byte for byte: the sample, crowds, odd dates."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lamis.base.clock import iso, utc_now
from lamis.base.secrets import load_keys
from lamis.base.settings import Settings
from lamis.storage.engine import Database
from lamis.storage.runtime import Runtime
from lamis.tenants.models import Tenant
from lamis.workers.collector import Collector
from lamis.workers.embedded import Embedded
from tests.clock import NOON, Clock
from tests.engines.opensearch import Engine
from tests.engines.sample import SharedAlert, load_shared
from tests.engines.waiting import wait_until
from tests.real.proof import documents_here
from tests.real.world import ALERTS, FINDINGS, alert, connect, day_of, prove_all, put
from tests.workers.world import World

pytestmark = [pytest.mark.engine, pytest.mark.slow]


def test_the_whole_sample_is_stored_under_the_official_template(
    world: World, opensearch2: Engine, shared_alerts: list[SharedAlert], shared_template: dict[str, Any]
) -> None:
    opensearch2.put_template(shared_template)
    loaded = load_shared(opensearch2, shared_alerts)
    opensearch2.refresh()
    world.clock.now = datetime(2026, 6, 22, 12, tzinfo=UTC)
    source = connect(world, opensearch2)
    world.poll()
    proved = prove_all(world, source, opensearch2)
    assert proved.there == {(one.index, one.doc_id): one.raw for one in loaded.held}


def test_findings_in_data_streams_are_stored_as_they_were_first_read(
    world: World, opensearch3: Engine
) -> None:
    opensearch3.put_data_stream_template(FINDINGS)
    for category in ("security", "other"):
        findings = [finding(NOON - timedelta(minutes=number), number) for number in range(2_500)]
        loaded = opensearch3.bulk_raw(f"wazuh-findings-v5-{category}", findings, op="create")
    opensearch3.refresh()
    source = connect(world, opensearch3)
    world.poll()
    proved = prove_all(world, source, opensearch3, pattern=FINDINGS)
    assert len(proved.here) == 5_000

    changed = loaded.held[0]
    case = {"doc": {"wazuh": {"case": {"status": "ACKNOWLEDGED"}}}}
    opensearch3.request("POST", f"/{changed.index}/_update/{changed.doc_id}?refresh=true", case)
    put_findings(opensearch3, finding(NOON - timedelta(minutes=0, seconds=1), 9_999))
    world.poll(minutes=5)
    here = documents_here(world.database)
    assert here[changed.index, changed.doc_id] == changed.raw
    assert len(here) == 5_001
    assert world.ledger(source).is_complete


def finding(moment: datetime, number: int) -> tuple[str | None, bytes]:
    rule = {"id": "0c6f", "title": "Sudo by a new user", "level": "high"}
    document = {"@timestamp": iso(moment), "wazuh": {"rule": rule, "agent": {"id": "001"}}, "n": number}
    return None, json.dumps(document).encode()


def put_findings(engine: Engine, *documents: tuple[str | None, bytes]) -> None:
    loaded = engine.bulk_raw("wazuh-findings-v5-other", documents, op="create")
    assert not loaded.refused
    engine.refresh()


def test_crowds_of_one_millisecond_and_of_one_second_are_stored(world: World, opensearch2: Engine) -> None:
    moment, day = NOON - timedelta(hours=2), day_of(NOON)
    put(opensearch2, *(alert(moment, number) for number in range(11_000)), index=day)
    crowd = (alert(moment + timedelta(seconds=5, milliseconds=n % 1000), n) for n in range(25_000))
    put(opensearch2, *crowd, index=day)
    source = connect(world, opensearch2)
    world.poll()
    assert len(prove_all(world, source, opensearch2).here) == 36_000


def test_documents_without_a_time_or_with_an_absurd_one_are_stored(world: World, opensearch2: Engine) -> None:
    put(opensearch2, *(alert(None, number) for number in range(1_200)), index=day_of(NOON))
    moments = [datetime(year, 5, 6, 7, tzinfo=UTC) for year in (1, 1601, 1970, 1999, 2027, 2038, 2262, 9999)]
    put(opensearch2, *(alert(at, n) for n, at in enumerate(moments)), index="wazuh-alerts-4.x-odd")
    only_wazuh_time = json.dumps({"timestamp": iso(NOON), "rule": {"level": 3}, "id": "1.1"}).encode()
    put(opensearch2, (None, only_wazuh_time), index="wazuh-alerts-4.x-odd")
    source = connect(world, opensearch2)
    world.poll()
    prove_all(world, source, opensearch2)
    # Without a time, and far in the future: both are looked at by every poll.
    put(opensearch2, alert(None, 5_000), alert(moments[-2], 5_001), index="wazuh-alerts-4.x-odd")
    world.poll()
    world.poll(minutes=10)
    assert len(prove_all(world, source, opensearch2).here) == 1_211


def test_the_poll_goes_on_beside_a_crowd_in_the_far_future(world: World, opensearch2: Engine) -> None:
    far = datetime(2099, 1, 1, tzinfo=UTC)
    crowd = (alert(far + timedelta(seconds=n % 3000), n) for n in range(21_000))
    put(opensearch2, *crowd, index="wazuh-alerts-4.x-far")
    source = connect(world, opensearch2)
    world.poll()
    prove_all(world, source, opensearch2)
    put(opensearch2, alert(NOON + timedelta(seconds=15), 1), index=day_of(NOON))
    world.clock.forward(seconds=20)
    world.collector.look()
    assert len(world.stored()) == 21_001
    world.poll(minutes=11)  # so large a future is proved anew every ten minutes only
    prove_all(world, source, opensearch2)


def test_running_workers_bring_the_sample_by_themselves(
    database: Database, tmp_path: Path, opensearch2: Engine, shared_alerts: list[SharedAlert]
) -> None:
    load_shared(opensearch2, shared_alerts)
    opensearch2.refresh()
    settings = Settings(data_dir=tmp_path, disk_min_mb=0, disk_min_percent=0, requests_per_minute=600)
    runtime = Runtime(settings=settings, database=database, keys=load_keys(settings))
    workers = Embedded(runtime)
    with database.write() as session:
        tenant = Tenant(id="tenant-1", name="Acme", name_folded="acme", created_ms=0)
        session.add(tenant)
    world = World(runtime, Clock(utc_now()), workers.collector, tenant.key)
    workers.start()
    try:
        source = connect(world, opensearch2, poll_s=1)
        wait_until(lambda: world.ledger(source).here, timeout_s=60, what="the first alert")
        put(opensearch2, alert(utc_now(), 1), index="wazuh-alerts-4.x-now")
        there = opensearch2.count(ALERTS)
        wait_until(
            lambda: len(world.stored() | world.refused()) == there and world.ledger(source).is_complete,
            timeout_s=60,
            what="everything stored",
        )
    finally:
        assert workers.stop()
    # The live axis has a window that is just being counted at most times: one more poll ends that.
    last = Collector(runtime)
    last.start()
    last.look()
    last.close()
    prove_all(world, source, opensearch2)
