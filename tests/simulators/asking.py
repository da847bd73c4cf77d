"""Asking a simulated indexer without a server."""

import base64
from typing import Any

import orjson

from lamis.simulators.api import Api
from lamis.simulators.exchange import Ask, Reply
from lamis.simulators.faults import Fault
from lamis.simulators.indexer import Indexer, Release
from lamis.simulators.users import User

ADMIN = User("admin", "secret")
READER = User("reader", "secret", ("wazuh-alerts-*", "wazuh-findings-v5-*"))
T0 = 1_772_359_200_000  # 2026-03-01T10:00:00Z


def make_indexer(release: Release = Release.V4) -> Indexer:
    """An empty deployment with an administrator and a reader."""
    return Indexer(name="test", release=release, users=[ADMIN, READER], cluster_uuid="uuid-1", seed=7)


def document(at_ms: int | None, **fields: Any) -> dict[str, Any]:
    """A small document."""
    return {**({} if at_ms is None else {"@timestamp": at_ms}), "rule": {"level": 5}, **fields}


def ask(
    indexer: Indexer,
    method: str,
    url: str,
    body: dict[str, Any] | None = None,
    *,
    user: User = ADMIN,
    fault: Fault | None = None,
) -> Reply:
    """One request, answered."""
    path, _, query = url.partition("?")
    token = base64.b64encode(f"{user.name}:{user.password}".encode()).decode()
    pairs = dict(pair.split("=", 1) for pair in query.split("&") if pair)
    request = Ask(method, path, pairs, b"" if body is None else orjson.dumps(body), f"Basic {token}")
    if fault is None:
        return Api(indexer).answer(request)
    return Api(indexer).answer(request, flaw=fault.flaw, is_red=fault.kind == "red")


def told(reply: Reply) -> Any:
    """The JSON of an answer."""
    return orjson.loads(reply.body)


def hits(reply: Reply) -> list[dict[str, Any]]:
    """The hits of a search."""
    found: list[dict[str, Any]] = told(reply)["hits"]["hits"]
    return found
