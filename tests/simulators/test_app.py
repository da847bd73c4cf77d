"""The faults, as a client of the application sees them."""

import asyncio

import httpx
import pytest

from lamis.simulators.app import IndexerApp
from lamis.simulators.faults import Fault, FaultKind
from tests.simulators.asking import ADMIN, T0, document, make_indexer

SEARCH = "/wazuh-alerts-*/_search"


def answers(*faults: Fault, times: int = 1) -> list[httpx.Response]:
    """What that many searches get while the faults stand."""
    indexer = make_indexer()
    indexer.add(document(T0))
    for fault in faults:
        indexer.faults.add(fault)

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(IndexerApp(indexer))
        auth = (ADMIN.name, ADMIN.password)
        async with httpx.AsyncClient(transport=transport, base_url="http://indexer", auth=auth) as client:
            return [await client.get(SEARCH) for _ in range(times)]

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("kind", "status", "start"),
    [
        (FaultKind.TOO_MANY_REQUESTS, 429, b'{"error":{"root_cause":[{"type":"rejected_execution_exception"'),
        (FaultKind.BREAKER, 429, b'{"error":{"root_cause":[{"type":"circuit_breaking_exception"'),
        (FaultKind.NOT_INITIALIZED, 503, b"OpenSearch Security not initialized."),
        (FaultKind.ALL_SHARDS_FAILED, 503, b'{"error":{"root_cause":[{"type":"search_phase_execution_exc'),
        (FaultKind.HTML_ERROR, 500, b"<html>"),
        (FaultKind.REDIRECT, 302, b""),
        (FaultKind.UNAUTHORIZED, 401, b"Unauthorized"),
        (FaultKind.PLAIN_TEXT, 200, b"It works!"),
    ],
)
def test_a_fault_answers_in_place_of_the_indexer(kind: FaultKind, status: int, start: bytes) -> None:
    broken, good = answers(Fault(kind, count=1), times=2)
    assert (broken.status_code, broken.content.startswith(start)) == (status, True)
    assert good.json()["hits"]["total"]["value"] == 1


def test_a_429_tells_when_to_come_back_only_if_asked() -> None:
    (told,) = answers(Fault(FaultKind.TOO_MANY_REQUESTS, retry_after_s=7))
    (silent,) = answers(Fault(FaultKind.TOO_MANY_REQUESTS))
    assert (told.headers["retry-after"], "retry-after" in silent.headers) == ("7", False)


def test_broken_json_is_whole_http() -> None:
    (reply,) = answers(Fault(FaultKind.BROKEN_JSON))
    assert reply.status_code == 200
    with pytest.raises(ValueError):
        reply.json()


@pytest.mark.parametrize("kind", [FaultKind.DRIP, FaultKind.SLOW])
def test_a_slow_answer_is_right_in_the_end(kind: FaultKind) -> None:
    (reply,) = answers(Fault(kind, delay_s=0.001))
    assert reply.json()["hits"]["total"]["value"] == 1
