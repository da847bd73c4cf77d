"""Which deployment answers, which generation, which clock."""

from datetime import UTC, datetime

import httpx
import pytest

from lamis.base.errors import Refused
from lamis.connections.types import Endpoint, Generation, Identity
from lamis.connectors.wazuh.answers import Root, Version
from lamis.connectors.wazuh.client import IndexerClient
from lamis.connectors.wazuh.identity import PATTERNS, clock_of, find_target, identity_of
from lamis.connectors.wazuh.pages import Reader
from tests.connectors.wire import playing

FORBIDDEN = {"error": {"type": "security_exception", "reason": "no permissions"}, "status": 403}


def client_of(answers: dict[str, httpx.Response]) -> IndexerClient:
    """A client whose far side answers by a part of the path."""

    def handle(request: httpx.Request) -> httpx.Response:
        return next(answer for part, answer in answers.items() if part in str(request.url))

    endpoint = Endpoint(urls=("http://192.0.2.1:9200",))
    return IndexerClient(endpoint, transport=playing(handle))


def found(total: int, shards: int = 3) -> httpx.Response:
    edges = {"value": 1_000.0 if total else None}
    answer = {
        "timed_out": False,
        "_shards": {"total": shards, "successful": shards, "failed": 0},
        "hits": {"total": {"value": total, "relation": "eq"}, "hits": []},
        "aggregations": {"oldest": edges, "newest": edges},
    }
    return httpx.Response(200, json=answer)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("four", "five", "expected"),
    [
        (found(5), found(0, 0), Generation.V4),
        (found(0, 0), found(5), Generation.V5),
        (found(5), found(5), Generation.V4),
        (found(0), found(5), Generation.V5),
        (found(0), found(0), Generation.V4),
        (found(0, 0), found(0), Generation.V5),
        (found(0, 0), found(0, 0), Generation.V4),
        (httpx.Response(403, json=FORBIDDEN), found(5), Generation.V5),
        (found(5), httpx.Response(403, json=FORBIDDEN), Generation.V4),
    ],
)
def test_the_generation_is_told_by_what_answers(
    four: httpx.Response, five: httpx.Response, expected: Generation
) -> None:
    client = client_of({"findings": five, "alerts": four})
    target = find_target(client, Reader(client, level_floor=None), pattern=None, generation=None)
    assert (target.generation, target.pattern) == (expected, PATTERNS[expected])
    client.close()


def test_who_may_read_neither_is_told_so() -> None:
    client = client_of({"": httpx.Response(403, json=FORBIDDEN)})
    with pytest.raises(Refused):
        find_target(client, Reader(client, level_floor=None), pattern=None, generation=None)
    client.close()


def test_who_answers_is_told_as_far_as_it_is_known() -> None:
    client = client_of({})
    root = Root(Version("7.10.2", lucene_version="9.12.1"), cluster_name="wazuh-cluster", cluster_uuid="u")
    assert identity_of(client, root) == Identity("u", None, name="wazuh-cluster", version="7.10.2")
    assert identity_of(client, None) == Identity(None, None)
    starting = Root(Version(), cluster_uuid="_na_", tagline="t")
    assert identity_of(client, starting).cluster_uuid is None
    client.close()


def test_the_clock_is_asked_only_where_points_in_time_are_known() -> None:
    opened = httpx.Response(200, json={"pit_id": "p", "creation_time": 1_772_359_200_000})
    client = client_of({"point_in_time": opened})
    noon = datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert clock_of(client, None, "wazuh-alerts-*") == noon
    assert clock_of(client, Root(Version(lucene_version="9.4.1")), "wazuh-alerts-*") == noon
    asked = client.requests_made
    assert clock_of(client, Root(Version(lucene_version="9.3.0")), "wazuh-alerts-*") is None
    assert clock_of(client, Root(Version(lucene_version="8.10.1")), "wazuh-alerts-*") is None
    assert client.requests_made == asked
    client.close()


@pytest.mark.parametrize("status", [400, 403, 404, 405])
def test_a_clock_that_is_not_told_is_none(status: int) -> None:
    client = client_of({"": httpx.Response(status, json={"error": "no", "status": status})})
    assert clock_of(client, None, "wazuh-alerts-*") is None
    client.close()


def test_a_clock_of_another_age_is_none() -> None:
    client = client_of({"": httpx.Response(200, json={"pit_id": "p", "creation_time": 1 << 62})})
    assert clock_of(client, None, "wazuh-alerts-*") is None
    client.close()
