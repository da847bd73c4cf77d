"""What a simulated deployment keeps over restarts, so that it stays the same deployment."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import orjson

from lamis.simulators.certificates import Certificates, make_certificates, read_certificates

_FILE = "deployment.json"


@dataclass(frozen=True, slots=True)
class State:
    """Certificates, password, the time of the first start and the last port (0: none yet)."""

    certificates: Certificates
    password: str
    started_ms: int
    port: int


def load_state(
    folder: Path | None,
    *,
    organisation: str,
    now_ms: int,
    certificates: Callable[..., Certificates] = make_certificates,
) -> State:
    """The state kept in `folder`, made and written (0600) when there is none; without a folder a new one.

    `certificates` makes what a new deployment shows, given its `organisation`.
    """
    if folder is not None and (folder / _FILE).exists():
        kept = orjson.loads((folder / _FILE).read_bytes())
        return State(read_certificates(folder), kept["password"], kept["started_ms"], kept["port"])
    state = State(certificates(organisation=organisation), secrets.token_urlsafe(12), now_ms, 0)
    if folder is not None:
        state.certificates.write(folder)
        save_state(folder, state)
    return state


def save_state(folder: Path, state: State) -> None:
    """Write the state but its certificates."""
    path = folder / _FILE
    path.touch(mode=0o600)
    kept = {"password": state.password, "started_ms": state.started_ms, "port": state.port}
    path.write_bytes(orjson.dumps(kept))
