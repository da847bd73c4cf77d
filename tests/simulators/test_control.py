"""What can be changed from outside, and by whom."""

from typing import Any

import orjson
import pytest

from lamis.simulators.control import Control
from lamis.simulators.exchange import Ask, Reply
from lamis.simulators.indexer import Indexer
from tests.simulators.asking import T0, document, make_indexer


@pytest.fixture
def indexer() -> Indexer:
    return make_indexer()


def control(indexer: Indexer, method: str, path: str, body: Any = None, *, token: str = "t0ken") -> Reply:
    raw = b"" if body is None else orjson.dumps(body)
    request = Ask(method, f"/_simulator/{path}", body=raw, authorization=f"Bearer {token}")
    return Control(indexer, token="t0ken").answer(request)


def test_a_stranger_is_not_let_in(indexer: Indexer) -> None:
    assert control(indexer, "GET", "state", token="guess").status == 401
    assert (
        Control(indexer, token="").answer(Ask("GET", "/_simulator/state", authorization="Bearer ")).status
        == 401
    )


def test_documents_are_added_and_resent(indexer: Indexer) -> None:
    late = {"source": document(T0)}
    exact = {"raw": '{"@timestamp":1772359200000 }', "index": "else", "_id": "given"}
    ids = orjson.loads(control(indexer, "POST", "documents", {"documents": [late, exact]}).body)["ids"]
    assert ids[1] == "given"
    control(indexer, "POST", "resend", {"count": 1})
    assert orjson.loads(control(indexer, "GET", "state").body)["documents"] == {
        "else": 2,
        "wazuh-alerts-4.x-2026.03.01": 1,
    }


def test_faults_are_switched_on_and_off(indexer: Indexer) -> None:
    state = control(indexer, "POST", "faults", {"kind": "slow", "count": 3, "delay_s": 2})
    assert orjson.loads(state.body)["faults"] == ["slow"]
    assert orjson.loads(control(indexer, "DELETE", "faults").body)["faults"] == []


def test_the_deployment_can_become_another(indexer: Indexer) -> None:
    control(
        indexer,
        "PUT",
        "cluster",
        {"cluster_uuid": "other", "clock_offset_ms": 5, "passwords": {"reader": "n"}},
    )
    assert (indexer.cluster_uuid, indexer.clock_offset_ms) == ("other", 5)
    assert indexer.users.get("reader").password == "n"
    assert indexer.users.get("reader").reads is not None


def test_an_index_can_be_deleted_once(indexer: Indexer) -> None:
    indexer.add(document(T0), index="one")
    assert control(indexer, "DELETE", "indexes/one").status == 200
    assert control(indexer, "DELETE", "indexes/one").status == 404


@pytest.mark.parametrize(
    ("path", "body"), [("faults", {"kind": "none"}), ("faults", {"kind": "slow", "x": 1}), ("documents", {})]
)
def test_nonsense_is_a_400(indexer: Indexer, path: str, body: Any) -> None:
    assert control(indexer, "POST", path, body).status == 400


def test_an_unknown_control_is_a_404(indexer: Indexer) -> None:
    assert control(indexer, "GET", "nothing").status == 404
