"""Where a storm rages, and one storm from its first alert to the proof."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lamis.simulators.local import LocalIndexer
from tests.chaos.processes import ONE_PROCESS, SEVERAL, Processes
from tests.chaos.proof import is_whole, prove
from tests.chaos.storm import DEADLINE_S, Source, connect, rage, settings_for
from tests.engines.postgres import OWNER, SERVING, PostgresServer
from tests.engines.redis import RedisServer
from tests.engines.waiting import wait_until


@dataclass(frozen=True)
class Place:
    """The commands that run, and the settings beside the data folder."""

    commands: Sequence[tuple[str, ...]]
    urls: Mapping[str, str] = field(default_factory=dict)


ALONE = Place(ONE_PROCESS)


def several(postgres: PostgresServer, name: str, redis: RedisServer) -> Place:
    """Several processes on the database called `name`."""
    urls = {
        "database_url": postgres.url(SERVING, name),
        "database_owner_url": postgres.url(OWNER, name),
        "redis_url": redis.url,
    }
    return Place(SEVERAL, urls)


def endure(
    place: Place,
    data_dir: Path,
    *,
    alerts: int,
    kills: int,
    seed: int,
    say: Callable[[str], None] = lambda _: None,
) -> None:
    """Let `alerts` flow in while `kills` processes are killed; fail unless all is there once and true."""
    dice = random.Random(seed)
    settings = settings_for(data_dir, **place.urls)
    with LocalIndexer() as indexer:
        source = Source(indexer, dice)
        source.add(alerts // 2, hours=23)
        runtime, connection = connect(settings, indexer)
        variables = {f"LAMIS_{name.upper()}": value for name, value in place.urls.items()}
        processes = Processes(place.commands, data_dir, variables, dice)
        try:
            with processes:
                rage(source, runtime, processes, alerts=alerts, kills=kills, say=say)
                say("everything is taken in; the last windows are checked")
                wait_until(lambda: is_whole(runtime, connection), timeout_s=DEADLINE_S, what="a whole ledger")
                processes.assert_running()
            prove(runtime, connection, indexer, resent=source.resent)
        finally:
            runtime.database.close()
