"""The arm against real OpenSearch: the whole sample, crowded milliseconds, rights, deletion, restart."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lamis.base.errors import AuthFailed, ConnectorError, Refused
from lamis.connections.types import Endpoint, Generation, SourceDocument, Span, TestCode, Trust, TrustMode
from lamis.connectors.wazuh.source import WazuhAlerts
from tests.connectors.wazuh.conftest import numbers
from tests.engines.opensearch import Engine
from tests.engines.sample import SharedAlert

pytestmark = [pytest.mark.engine, pytest.mark.slow]

ALWAYS = Span(None, None)
UNDATED = Span(None, None, undated=True)
DAY = "wazuh-alerts-4.x-2026.03.01"
Open = Callable[..., WazuhAlerts]


@pytest.fixture
def arm_to() -> Iterator[Open]:
    arms = []

    def opened(engine: Engine, generation: Generation | None = Generation.V4, **changes: Any) -> WazuhAlerts:
        given: dict[str, Any] = {
            "urls": (engine.url,),
            "username": engine.admin[0],
            "password": engine.admin[1],
            "trust": Trust(TrustMode.CA, ca_pem=engine.ca_pem),
        }
        arms.append(WazuhAlerts(Endpoint(**(given | changes)), generation=generation))
        return arms[-1]

    yield opened
    for arm in arms:
        arm.close()


def read(arm: WazuhAlerts, span: Span = ALWAYS, *, size: int = 1_000) -> list[SourceDocument]:
    return [document for page in arm.read(span, size=size) for document in page.documents]


def told(documents: list[SourceDocument]) -> list[tuple[str, str, bytes | None]]:
    return sorted((one.index, one.doc_id, one.raw) for one in documents)


def crowd(number: int, *, ms: int = 0) -> bytes:
    return json.dumps(
        {"@timestamp": f"2026-03-01T10:00:00.{ms:03}Z", "n": number, "rule": {"level": 5}}
    ).encode()


def test_the_whole_sample_is_read_byte_for_byte(
    opensearch2: Engine, arm_to: Open, shared_template: dict[str, Any], shared_alerts: list[SharedAlert]
) -> None:
    opensearch2.put_template(shared_template)
    held = []
    by_index: dict[str, list[tuple[str | None, bytes]]] = {}
    for alert in shared_alerts:
        by_index.setdefault(alert.index, []).append((None, alert.raw))
    for index, documents in by_index.items():
        held += opensearch2.bulk_raw(index, documents).held
    opensearch2.refresh()
    arm = arm_to(opensearch2)
    expected = sorted((one.index, one.doc_id, one.raw) for one in held)
    assert told(read(arm) + read(arm, UNDATED)) == expected
    assert sum(numbers(arm.count([ALWAYS, UNDATED]))) == len(expected)


@pytest.mark.parametrize("user", ["admin", "reader"])
def test_more_than_ten_thousand_in_one_millisecond_are_read(
    opensearch2: Engine, arm_to: Open, user: str
) -> None:
    documents = [(None, crowd(number)) for number in range(11_000)]
    documents += [(None, crowd(number, ms=1 + number % 900)) for number in range(1_500)]
    held = opensearch2.bulk_raw(DAY, documents).held
    opensearch2.refresh()
    login = {}
    if user == "reader":
        opensearch2.create_reader("collector", "A-long-Enough-1-secret", ["wazuh-alerts-*"])
        login = {"username": "collector", "password": "A-long-Enough-1-secret"}
    arm = arm_to(opensearch2, **login)
    assert told(read(arm, size=10_000)) == sorted((one.index, one.doc_id, one.raw) for one in held)


def test_a_user_without_scroll_reads_a_crowd_in_the_order_of_ids(opensearch2: Engine, arm_to: Open) -> None:
    held = opensearch2.bulk_raw(DAY, [(None, crowd(number)) for number in range(10_500)]).held
    opensearch2.refresh()
    role = {"index_permissions": [{"index_patterns": ["wazuh-alerts-*"], "allowed_actions": ["read"]}]}
    security = "/_plugins/_security/api"
    opensearch2.request("PUT", f"{security}/roles/narrow", role)
    opensearch2.request("PUT", f"{security}/internalusers/narrow", {"password": "A-long-Enough-1-secret"})
    opensearch2.request("PUT", f"{security}/rolesmapping/narrow", {"users": ["narrow"]})
    arm = arm_to(opensearch2, username="narrow", password="A-long-Enough-1-secret")
    assert told(read(arm, size=5_000)) == sorted((one.index, one.doc_id, one.raw) for one in held)


def test_findings_in_data_streams_are_read(opensearch3: Engine, arm_to: Open) -> None:
    opensearch3.put_data_stream_template("wazuh-findings-v5-*")
    documents = [
        (
            None,
            json.dumps(
                {
                    "@timestamp": f"2026-03-01T10:00:{number % 60:02}.000Z",
                    "wazuh": {"rule": {"id": "a", "title": "t", "level": "high"}},
                    "n": number,
                }
            ).encode(),
        )
        for number in range(2_000)
    ]
    held = opensearch3.bulk_raw("wazuh-findings-v5-security", documents, op="create").held
    opensearch3.refresh()
    arm = arm_to(opensearch3, None)
    assert told(read(arm, size=300)) == sorted((one.index, one.doc_id, one.raw) for one in held)
    result = arm.test(now=datetime.now(UTC))
    assert (result.code, result.generation) == (TestCode.OK, Generation.V5)
    assert abs(float(str(result.details["clock_skew_s"]))) < 60
    pairs = [(one.index, one.doc_id) for one in held[:20]]
    assert arm.has_documents([*pairs, ("wazuh-findings-v5-security", "none")]) == 20
    assert arm.has_index(held[0].index)


def test_a_reader_is_told_what_works_and_what_not(opensearch2: Engine, arm_to: Open) -> None:
    opensearch2.bulk_raw(DAY, [(None, crowd(1))])
    opensearch2.refresh()
    opensearch2.create_reader("collector", "A-long-Enough-1-secret", ["wazuh-alerts-*"])
    arm = arm_to(opensearch2, None, username="collector", password="A-long-Enough-1-secret")
    result = arm.test(now=datetime.now(UTC))
    assert result.code is TestCode.OK, result
    assert result.identity is not None
    assert result.identity.cluster_uuid is None
    assert result.identity.fingerprint
    assert "403" in str(result.details["warnings"])
    assert arm.clock() is not None
    assert arm.has_index(DAY)
    assert not arm.has_index("wazuh-alerts-4.x-2001.01.01")


def test_a_wrong_password_is_named(opensearch2: Engine, arm_to: Open) -> None:
    arm = arm_to(opensearch2, password="wrong")
    assert arm.test(now=datetime.now(UTC)).code is TestCode.AUTH_FAILED
    with pytest.raises(AuthFailed) as failure:
        arm.count([ALWAYS])
    assert failure.value.permanent


def test_no_index_is_no_alert_for_polling_and_named_by_the_test(opensearch2: Engine, arm_to: Open) -> None:
    arm = arm_to(opensearch2, None)
    assert numbers(arm.count([ALWAYS])) == [0]
    assert read(arm) == []
    assert arm.bounds() is None
    assert arm.clock() is None
    assert arm.test(now=datetime.now(UTC)).code is TestCode.NO_INDEX


def test_an_index_deleted_while_reading_is_an_error(opensearch2: Engine, arm_to: Open) -> None:
    opensearch2.bulk_raw(DAY, [(None, crowd(number)) for number in range(300)])
    opensearch2.refresh()
    reading = arm_to(opensearch2).read(ALWAYS, size=100)
    next(reading)
    opensearch2.delete_index(DAY)
    with pytest.raises(ConnectorError):
        list(reading)


def test_a_restarted_node_is_read_again_by_the_same_arm(opensearch2: Engine, arm_to: Open) -> None:
    opensearch2.bulk_raw(DAY, [(None, crowd(number)) for number in range(50)])
    opensearch2.refresh()
    arm = arm_to(opensearch2, connect_timeout=timedelta(seconds=1))
    assert numbers(arm.count([ALWAYS])) == [50]
    opensearch2.stop()
    with pytest.raises(ConnectorError):
        arm.count([ALWAYS])
    opensearch2.restart()
    opensearch2.request("GET", f"/_cluster/health/{DAY}?wait_for_status=yellow&timeout=60s")
    assert len(read(arm)) == 50


def test_a_foreign_exact_index_is_not_allowed(opensearch2: Engine, arm_to: Open) -> None:
    opensearch2.create_reader("collector", "A-long-Enough-1-secret", ["wazuh-alerts-*"])
    arm = arm_to(opensearch2, username="collector", password="A-long-Enough-1-secret")
    with pytest.raises(Refused) as refusal:
        arm.has_index("wazuh-archives-4.x-2026.03.01")
    assert refusal.value.code == TestCode.NOT_ALLOWED
