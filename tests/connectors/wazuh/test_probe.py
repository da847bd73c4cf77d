"""The connection test: stable codes, warnings that do not fail, details for the screen."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lamis.base.clock import iso
from lamis.connections.types import Generation, TestCode, Trust, TrustMode
from lamis.simulators.certificates import make_certificates
from lamis.simulators.faults import FaultKind
from lamis.simulators.local import LocalIndexer
from tests.connectors.wazuh.conftest import Open


def now() -> datetime:
    return datetime.now(UTC)


def alert(age: timedelta = timedelta(0)) -> dict[str, Any]:
    return {"@timestamp": iso(now() - age), "rule": {"level": 5}}


def test_a_good_source_is_ok_with_details(indexer: LocalIndexer, opened: Open) -> None:
    indexer.add(alert())
    result = opened(None).test(now=now())
    assert result.code is TestCode.OK, result
    assert result.generation is Generation.V4
    assert result.identity is not None
    assert result.identity.cluster_uuid == indexer.cluster_uuid
    assert result.identity.fingerprint == indexer.fingerprint
    told = result.details
    assert (told["documents"], told["warnings"], told["generation"]) == (1, [], "4")
    assert told["fingerprint"] == indexer.fingerprint
    assert "localhost" in str(told["names"])
    assert abs(float(str(told["newest_age_s"]))) < 60
    assert abs(float(str(told["clock_skew_s"]))) < 5
    assert indexer.open_contexts() == (0, 0)


def test_a_reader_of_least_privilege_is_warned_but_fine(indexer: LocalIndexer, opened: Open) -> None:
    indexer.add(alert())
    result = opened(None, username=indexer.reader, password=indexer.reader_password).test(now=now())
    assert result.is_ok
    assert result.identity is not None
    assert result.identity.cluster_uuid is None
    assert result.identity.fingerprint == indexer.fingerprint
    assert "403 on /" in str(result.details["warnings"])


def test_a_wrong_password_is_authentication_failed(opened: Open) -> None:
    result = opened(None, password="wrong").test(now=now())
    assert result.code is TestCode.AUTH_FAILED
    assert result.details["status"] == 401


def test_a_certificate_that_is_not_trusted_is_shown(indexer: LocalIndexer, opened: Open) -> None:
    result = opened(None, trust=Trust()).test(now=now())
    assert result.code is TestCode.TLS_NOT_TRUSTED
    assert result.details["fingerprint"] == indexer.fingerprint
    assert result.details["names"] == ["localhost", "127.0.0.1"]
    assert not indexer.requests


def test_a_ca_without_key_usage_is_named(opened: Open) -> None:
    weak = make_certificates(with_key_usage=False).ca_pem
    result = opened(None, trust=Trust(TrustMode.CA, ca_pem=weak)).test(now=now())
    assert result.code is TestCode.TLS_NOT_TRUSTED
    assert "no key usage" in result.message


def test_no_verification_is_warned(indexer: LocalIndexer, opened: Open) -> None:
    indexer.add(alert())
    result = opened(None, trust=Trust(TrustMode.NONE)).test(now=now())
    assert result.is_ok
    assert "not verified" in str(result.details["warnings"])


def test_plain_http_is_warned(opened: Open) -> None:
    with LocalIndexer(tls=False) as plain:
        plain.add(alert())
        result = opened(None, urls=(plain.url,)).test(now=now())
    assert result.is_ok
    assert "not encrypted" in str(result.details["warnings"])


def test_nothing_there_is_no_index(opened: Open) -> None:
    result = opened(None).test(now=now())
    assert result.code is TestCode.NO_INDEX
    assert "wazuh-alerts-* or wazuh-findings-v5-*;" in result.message


def test_one_document_is_not_called_documents(indexer: LocalIndexer, opened: Open) -> None:
    indexer.add(alert())
    assert opened(None).test(now=now()).message.endswith("1 document.")


def test_an_own_pattern_that_matches_nothing_is_named(indexer: LocalIndexer, opened: Open) -> None:
    indexer.add(alert())
    result = opened(None, index_pattern="other-*").test(now=now())
    assert result.code is TestCode.NO_INDEX
    assert "other-*" in result.message


def test_only_sample_alerts_are_said(indexer: LocalIndexer, opened: Open) -> None:
    indexer.add(alert(), index="wazuh-alerts-4.x-sample-security")
    result = opened(None).test(now=now())
    assert result.code is TestCode.NO_INDEX
    assert "sample" in result.message


def test_the_newest_of_two_generations_is_chosen_by_documents(indexer: LocalIndexer, opened: Open) -> None:
    indexer.add(alert(), index="wazuh-findings-v5-security")
    assert opened(None).test(now=now()).generation is Generation.V5
    indexer.add(alert())
    result = opened(None).test(now=now())
    assert result.generation is Generation.V4
    assert "5.x findings" in str(result.details["warnings"])


@pytest.mark.parametrize(
    ("offset", "code", "is_warned"),
    [
        (timedelta(seconds=2), TestCode.OK, False),
        (timedelta(seconds=-40), TestCode.OK, True),
        (timedelta(minutes=20), TestCode.CLOCK_SKEW, False),
    ],
)
def test_a_wrong_clock_is_told(
    indexer: LocalIndexer, opened: Open, offset: timedelta, code: TestCode, is_warned: bool
) -> None:
    indexer.add(alert(timedelta(minutes=1)))
    indexer.clock_offset_ms = int(offset.total_seconds() * 1_000)
    result = opened(None).test(now=now())
    assert result.code is code
    assert abs(float(str(result.details["clock_skew_s"])) - offset.total_seconds()) < 3
    assert ("clock" in str(result.details["warnings"])) is is_warned


def test_an_old_newest_document_is_warned(indexer: LocalIndexer, opened: Open) -> None:
    indexer.add(alert(timedelta(days=3)))
    result = opened(None).test(now=now())
    assert result.is_ok
    assert "newest document" in str(result.details["warnings"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (FaultKind.HTML_ERROR, TestCode.UNEXPECTED_ANSWER),
        (FaultKind.PLAIN_TEXT, TestCode.NOT_AN_INDEXER),
        (FaultKind.NOT_INITIALIZED, TestCode.BUSY),
        (FaultKind.HANG, TestCode.TIMEOUT),
    ],
)
def test_trouble_has_its_code(indexer: LocalIndexer, opened: Open, kind: FaultKind, code: TestCode) -> None:
    indexer.fault(kind, on="root")
    assert opened(None, read_timeout=timedelta(seconds=0.4)).test(now=now()).code is code


def test_a_private_address_is_refused_where_private_ones_are(opened: Open) -> None:
    result = opened(None, may_reach_private=False).test(now=now())
    assert result.code is TestCode.NOT_REACHABLE_BY_YOU
