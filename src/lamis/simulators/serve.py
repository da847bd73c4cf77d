"""A simulated indexer as a process of its own: `python -m lamis.simulators.serve --profile acme-emea`.

When it answers it prints one line of JSON: profile, release, url, username, password, ca_pem,
fingerprint, control_token, documents. With `--until-stdin-ends` it ends when its standard input does,
so that it never outlives the process that started it.
"""

import argparse
import asyncio
import contextlib
import os
import secrets
from dataclasses import replace
from pathlib import Path
from threading import Thread

import orjson

from lamis.base.clock import to_ms, utc_now
from lamis.simulators.app import IndexerApp
from lamis.simulators.indexer import Indexer
from lamis.simulators.production import Production
from lamis.simulators.profiles import PROFILES
from lamis.simulators.serving import Server, listen, make_server
from lamis.simulators.state import load_state, save_state
from lamis.simulators.users import User

USERNAME = "lamis"
READER = "lamis-reader"
_TICK_S = 0.25
_READS = ("wazuh-alerts-*", "wazuh-findings-v5-*", ".ds-wazuh-findings-v5-*")


def main() -> None:
    """Serve until a signal comes or, where asked for, standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m lamis.simulators.serve", description=__doc__)
    parser.add_argument("--profile", required=True, choices=sorted(PROFILES))
    parser.add_argument("--port", type=int, default=0, help="0 takes the port it had before, or a free one")
    parser.add_argument("--cert-dir", type=Path, help="keeps certificates, password and port over restarts")
    parser.add_argument("--until-stdin-ends", action="store_true")
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(options))


async def _serve(options: argparse.Namespace) -> None:
    profile = PROFILES[options.profile]
    now_ms = to_ms(utc_now())
    state = load_state(options.cert_dir, organisation=profile.name, now_ms=now_ms)
    listener = listen(options.port or state.port, or_any=not options.port)
    port = listener.getsockname()[1]
    if options.cert_dir is not None:
        save_state(options.cert_dir, replace(state, port=port))
    indexer = Indexer(
        name=profile.name,
        release=profile.release,
        users=[User(USERNAME, state.password), User(READER, state.password, _READS)],
        cluster_uuid=profile.cluster_uuid,
        seed=profile.seed,
    )
    production = Production(indexer, profile, live_from_ms=state.started_ms)
    count = production.make_history(now_ms=now_ms)
    token = secrets.token_urlsafe(24)
    server = make_server(IndexerApp(indexer, control_token=token), state.certificates)
    if options.until_stdin_ends:
        Thread(target=_stop_with_stdin, args=(server,), daemon=True).start()
    serving = asyncio.create_task(server.serve([listener]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    ready = {
        "profile": profile.name,
        "release": profile.release,
        "url": f"https://127.0.0.1:{port}",
        "username": USERNAME,
        "password": state.password,
        "ca_pem": state.certificates.ca_pem,
        "fingerprint": state.certificates.fingerprint,
        "control_token": token,
        "documents": count,
    }
    print(orjson.dumps(ready).decode(), flush=True)
    while not serving.done():
        production.go_on(now_ms=to_ms(utc_now()))
        await asyncio.sleep(_TICK_S)
    await serving


def _stop_with_stdin(server: Server) -> None:
    while os.read(0, 1024):
        pass
    server.end()


if __name__ == "__main__":
    main()
