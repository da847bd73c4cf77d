"""The in-process indexer over real HTTP and TLS."""

import ssl
import threading
from collections.abc import Iterator

import httpx
import pytest

from lamis.simulators.faults import FaultKind
from lamis.simulators.local import LocalIndexer
from tests.engines.waiting import PATIENCE_S

RAW = b'{ "@timestamp":"2026-03-01T10:00:00.000Z","rule":{"level": 5} , "full_log":"caf\\u00e9 \xc3\xa9"}'


@pytest.fixture
def indexer() -> Iterator[LocalIndexer]:
    with LocalIndexer() as local:
        yield local


def client_of(local: LocalIndexer, *, timeout: float = 5) -> httpx.Client:
    trust = ssl.create_default_context(cadata=local.ca_pem)
    return httpx.Client(
        base_url=local.url, auth=(local.username, local.password), verify=trust, timeout=timeout
    )


def test_a_document_comes_back_byte_for_byte_over_tls(indexer: LocalIndexer) -> None:
    document = indexer.add(RAW)
    with client_of(indexer) as client:
        answer = client.post("/wazuh-alerts-*/_search", json={"size": 10})
    assert document.index == "wazuh-alerts-4.x-2026.03.01"
    assert b'"_source":' + RAW + b"}" in answer.content
    assert answer.json()["hits"]["hits"][0]["_id"] == document.doc_id
    assert "date" not in answer.headers


def test_a_wrong_password_is_refused_in_plain_text(indexer: LocalIndexer) -> None:
    indexer.set_password("changed")
    with client_of(indexer) as client:
        assert client.get("/").status_code == 200
        answer = client.get("/", auth=("admin", "simulated-Secret-1"))
    assert (answer.status_code, answer.text) == (401, "Unauthorized")
    assert answer.headers["www-authenticate"] == 'Basic realm="OpenSearch Security"'


def test_half_an_answer_breaks_off_in_mid_body(indexer: LocalIndexer) -> None:
    indexer.add(RAW)
    indexer.fault(FaultKind.HALF_ANSWER, count=1)
    with client_of(indexer) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            client.get("/wazuh-alerts-*/_search")
        assert client.get("/wazuh-alerts-*/_search").status_code == 200


def test_a_hanging_answer_does_not_keep_it_from_stopping(indexer: LocalIndexer) -> None:
    indexer.fault(FaultKind.HANG)
    failures: list[Exception] = []

    def ask() -> None:
        try:
            with client_of(indexer, timeout=30) as client:
                client.get("/")
        except httpx.HTTPError as error:
            failures.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    while not indexer.requests:
        asking.join(0.01)
    indexer.stop()
    asking.join(PATIENCE_S)
    assert not asking.is_alive()


def test_it_comes_back_on_the_same_port_with_its_documents_and_no_open_view(indexer: LocalIndexer) -> None:
    indexer.add(RAW)
    port = indexer.port
    with client_of(indexer) as client:
        pit = client.post("/wazuh-alerts-*/_search/point_in_time?keep_alive=1m").json()["pit_id"]
    indexer.stop()
    indexer.start()
    assert indexer.port == port
    with client_of(indexer) as client:
        assert client.post("/_search", json={"pit": {"id": pit}}).status_code == 404
        assert client.get("/wazuh-alerts-*/_count").json()["count"] == 1


def test_the_reader_may_search_but_not_look_at_the_cluster(indexer: LocalIndexer) -> None:
    indexer.add(RAW)
    with client_of(indexer) as client:
        client.auth = httpx.BasicAuth(indexer.reader, indexer.reader_password)
        assert client.get("/").json()["error"]["type"] == "security_exception"
        assert client.get("/_cluster/health").status_code == 403
        assert client.get("/wazuh-alerts-*/_count").json()["count"] == 1


def test_the_control_endpoint_is_closed_without_a_token(indexer: LocalIndexer) -> None:
    with client_of(indexer) as client:
        assert client.get("/_simulator/state").status_code == 401
