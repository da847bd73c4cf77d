"""`make chaos`: the long storm, on SQLite in one process and on PostgreSQL and Redis in several."""

import argparse
import tempfile
import time
from pathlib import Path

from tests.chaos.places import ALONE, Place, endure, several
from tests.engines import postgres, redis


def main() -> None:
    """Rage in each place that can be had here; a failed proof ends the command with its reason."""
    wanted = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    wanted.add_argument("--alerts", type=int, default=50_000)
    wanted.add_argument("--kills", type=int, default=25)
    wanted.add_argument("--seed", type=int, default=int(time.time()))
    chosen = wanted.parse_args()

    def storm(what: str, place: Place) -> None:
        print(f"{what}: {chosen.alerts:,} alerts, {chosen.kills} kills, seed {chosen.seed}", flush=True)
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="lamis-chaos-") as folder:
            endure(
                place,
                Path(folder) / "data",
                alerts=chosen.alerts,
                kills=chosen.kills,
                seed=chosen.seed,
                say=lambda line: print(f"  {line}", flush=True),
            )
        print(f"  stored = source, nothing twice, every count true ({time.monotonic() - began:,.0f} s)")

    storm("SQLite, one process", ALONE)
    if reason := postgres.why_not() or redis.why_not():
        print(f"PostgreSQL and Redis: left out, {reason}")
        return
    server = postgres.PostgresServer()
    with tempfile.TemporaryDirectory(prefix="lamis-redis-") as folder:
        broker = redis.RedisServer(Path(folder))
        try:
            with server.empty() as name:
                storm("PostgreSQL and Redis, four processes", several(server, name, broker))
        finally:
            broker.close()
            server.close()


if __name__ == "__main__":
    main()
