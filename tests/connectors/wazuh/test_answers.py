"""When an answer counts, and what an error names."""

import msgspec
import pytest

from lamis.base.errors import BadAnswer
from lamis.connectors.wazuh.answers import Failure, Hits, Search, Shards, Total, vouched


def search(
    *, timed_out: bool = False, shards: tuple[int, int, int] = (3, 3, 0), relation: str = "eq"
) -> Search:
    return Search(timed_out, Hits(Total(5, relation), []), Shards(*shards))


def test_a_whole_answer_counts() -> None:
    assert vouched(search(), where="here").hits.total.value == 5
    assert vouched(search(shards=(0, 0, 0)), where="here")


@pytest.mark.parametrize(
    "answer",
    [
        search(timed_out=True),
        search(shards=(3, 2, 1)),
        search(shards=(3, 2, 0)),
        search(shards=(3, 3, 1)),
        search(relation="gte"),
    ],
)
def test_an_answer_with_something_missing_does_not(answer: Search) -> None:
    with pytest.raises(BadAnswer, match="here"):
        vouched(answer, where="here")


def test_a_source_keeps_its_bytes() -> None:
    raw = b'{ "b" : 1.0 ,"a":"\\u00e9\xc3\xa9" }'
    body = b'{"timed_out":false,"_shards":{"total":1,"successful":1},"hits":{"total":{"value":1},"hits":['
    body += b'{"_index":"i","_id":"d","_source":' + raw + b"}]}}"
    assert bytes(msgspec.json.decode(body, type=Search).hits.hits[0].source) == raw


def test_an_error_names_every_cause() -> None:
    inner = {"type": "circuit_breaking_exception", "reason": "Data too large"}
    error = {
        "type": "search_phase_execution_exception",
        "reason": "all shards failed",
        "failed_shards": [{"reason": inner}],
        "caused_by": {"type": "other", "caused_by": {"type": "deepest"}},
    }
    failure = msgspec.convert({"error": error, "status": 503}, Failure)
    assert failure.types() >= {"circuit_breaking_exception", "search_phase_execution_exception", "deepest"}
    assert failure.reason() == "all shards failed"
    assert Failure("plain words").types() == set()
    assert Failure("plain words").reason() == "plain words"
