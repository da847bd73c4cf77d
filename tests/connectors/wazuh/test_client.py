"""What an indexer's answers mean: stable codes, whether to try again, and words without secrets."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from lamis.base.errors import AuthFailed, BadAnswer, ConnectorError, Refused, Unreachable
from lamis.connections.types import Endpoint, TestCode, Trust, TrustMode
from lamis.connectors.wazuh.client import IndexerClient
from lamis.simulators.faults import FaultKind
from lamis.simulators.local import LocalIndexer
from tests.connectors.wire import playing

SECRET = "Sesame-open-99"


def client_of(answer: httpx.Response) -> IndexerClient:
    endpoint = Endpoint(urls=("http://192.0.2.1:9200",), username="me", password=SECRET)
    return IndexerClient(endpoint, transport=playing(lambda request: answer))


def failure_of(answer: httpx.Response) -> ConnectorError:
    client = client_of(answer)
    try:
        with pytest.raises(ConnectorError) as failure, client.search("wazuh-alerts-*", {"size": 0}):
            pass
    finally:
        client.close()
    assert "192.0.2.1:9200" in failure.value.message
    assert SECRET not in failure.value.message
    assert failure.value.message.endswith((".", "?"))
    return failure.value


def refused(kind: str, status: int, **more: Any) -> httpx.Response:
    cause = {"type": kind, "reason": f"reason of {kind}"}
    return httpx.Response(status, json={"error": cause | {"root_cause": [cause]} | more, "status": status})


BREAKER_IN_A_SHARD = refused(
    "search_phase_execution_exception",
    503,
    root_cause=[],
    failed_shards=[{"shard": 0, "reason": {"type": "circuit_breaking_exception", "reason": "[parent] Data"}}],
)


@pytest.mark.parametrize(
    ("answer", "kind", "code", "is_permanent"),
    [
        (httpx.Response(401, text="Unauthorized"), AuthFailed, TestCode.AUTH_FAILED, True),
        (refused("security_exception", 403), Refused, TestCode.NOT_ALLOWED, True),
        (httpx.Response(403, text="<html>no</html>"), Refused, TestCode.NOT_ALLOWED, True),
        (refused("index_not_found_exception", 404), Refused, TestCode.NO_INDEX, False),
        (httpx.Response(404, text="nothing"), BadAnswer, TestCode.UNEXPECTED_ANSWER, False),
        (refused("circuit_breaking_exception", 429), Refused, TestCode.BUSY, False),
        (refused("rejected_execution_exception", 429), Refused, TestCode.BUSY, False),
        (httpx.Response(429, text="slow down"), Refused, TestCode.BUSY, False),
        (BREAKER_IN_A_SHARD, Refused, TestCode.BUSY, False),
        (refused("task_cancelled_exception", 500), Refused, TestCode.BUSY, False),
        (httpx.Response(503, text="OpenSearch Security not initialized."), Refused, TestCode.BUSY, False),
        (refused("cluster_block_exception", 503), Refused, TestCode.BUSY, False),
        (refused("null_pointer_exception", 500), BadAnswer, TestCode.UNEXPECTED_ANSWER, False),
        (httpx.Response(400, json={"error": "odd", "status": 400}), BadAnswer, "unexpected_answer", False),
        (httpx.Response(302, headers={"location": "http://a:b@x/"}), BadAnswer, "unexpected_answer", False),
        (httpx.Response(200, text="hello"), BadAnswer, TestCode.UNEXPECTED_ANSWER, False),
        (httpx.Response(200, text="<html>"), BadAnswer, TestCode.UNEXPECTED_ANSWER, False),
        (httpx.Response(200, text=""), BadAnswer, TestCode.UNEXPECTED_ANSWER, False),
        (httpx.Response(200, text='{"took":3,"hits":{"hits":['), BadAnswer, "unexpected_answer", False),
        (httpx.Response(200, content=b"\xff\xfe\x00"), BadAnswer, TestCode.UNEXPECTED_ANSWER, False),
        (httpx.Response(200, text="[" * 100_000), BadAnswer, TestCode.UNEXPECTED_ANSWER, False),
    ],
)
def test_each_refusal_has_its_code(
    answer: httpx.Response, kind: type[ConnectorError], code: str, is_permanent: bool
) -> None:
    failure = failure_of(answer)
    assert type(failure) is kind
    assert failure.code == code
    assert failure.permanent is is_permanent
    assert failure.details["status"] == answer.status_code


@pytest.mark.parametrize(
    ("header", "seconds"), [({}, 5), ({"retry-after": "7"}, 7), ({"retry-after": "9999"}, 60)]
)
def test_a_busy_indexer_says_when_to_come_back(header: dict[str, str], seconds: int) -> None:
    failure = failure_of(httpx.Response(429, headers=header, text="busy"))
    assert failure.retry_after == timedelta(seconds=seconds)


def test_where_a_redirect_leads_is_said_without_its_login() -> None:
    answer = httpx.Response(301, headers={"location": "https://me:hidden@portal.example/login?x=1"})
    assert "portal.example" in failure_of(answer).message
    assert "hidden" not in failure_of(answer).message


@pytest.mark.parametrize("location", ["https://xn--a/", "https://[", "//", ""])
def test_a_redirect_to_nowhere_is_told_like_any_other(location: str) -> None:
    answer = httpx.Response(301, headers={"location": location})
    assert failure_of(answer).code == TestCode.UNEXPECTED_ANSWER


@pytest.mark.parametrize("body", ['{"hello":"world"}', "<html>Welcome</html>", '{"version":{"number":"1"}}'])
def test_what_is_no_indexer_is_named(body: str) -> None:
    client = client_of(httpx.Response(200, text=body))
    with pytest.raises(BadAnswer) as failure:
        client.root()
    assert failure.value.code == TestCode.NOT_AN_INDEXER
    client.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (FaultKind.HTML_ERROR, TestCode.UNEXPECTED_ANSWER),
        (FaultKind.BROKEN_JSON, TestCode.UNEXPECTED_ANSWER),
        (FaultKind.HALF_ANSWER, TestCode.UNEXPECTED_ANSWER),
        (FaultKind.REDIRECT, TestCode.UNEXPECTED_ANSWER),
        (FaultKind.PLAIN_TEXT, TestCode.UNEXPECTED_ANSWER),
        (FaultKind.UNAUTHORIZED, TestCode.AUTH_FAILED),
        (FaultKind.NOT_INITIALIZED, TestCode.BUSY),
        (FaultKind.ALL_SHARDS_FAILED, TestCode.BUSY),
        (FaultKind.TOO_MANY_REQUESTS, TestCode.BUSY),
        (FaultKind.BREAKER, TestCode.BUSY),
        (FaultKind.HANG, TestCode.TIMEOUT),
        (FaultKind.DRIP, TestCode.TIMEOUT),
    ],
)
def test_each_trouble_on_the_wire_has_its_code(indexer: LocalIndexer, kind: FaultKind, code: str) -> None:
    indexer.add({"@timestamp": "2026-03-01T10:00:00.000Z"})
    indexer.fault(kind, delay_s=0.05)
    endpoint = Endpoint(
        urls=(indexer.url,),
        username=indexer.username,
        password=indexer.password,
        trust=Trust(TrustMode.FINGERPRINT, fingerprint=indexer.fingerprint),
        read_timeout=timedelta(seconds=0.4),
    )
    client = IndexerClient(endpoint)
    with pytest.raises(ConnectorError) as failure, client.search("wazuh-alerts-*", {"size": 10}):
        pass
    assert failure.value.code == code
    assert isinstance(failure.value, Unreachable) is (code == TestCode.TIMEOUT)
    indexer.clear_faults()
    client.close()
