"""Where a deployment puts its documents."""

import pytest

from lamis.base.clock import from_ms
from lamis.simulators.indexer import Release
from tests.simulators.asking import T0, document, make_indexer


def test_an_alert_lies_in_the_index_of_its_day_and_an_undated_one_in_todays() -> None:
    indexer = make_indexer()
    assert indexer.add(document(T0)).index == "wazuh-alerts-4.x-2026.03.01"
    indexer.clock_offset_ms = T0 - indexer.now_ms()
    assert indexer.add(document(None)).index == f"wazuh-alerts-4.x-{from_ms(indexer.now_ms()):%Y.%m.%d}"
    assert indexer.add(document(T0), index="else").index == "else"


def test_a_resent_document_has_the_same_bytes_and_a_new_id() -> None:
    for release in Release:
        indexer = make_indexer(release)
        first = indexer.add(document(T0))
        again = indexer.resend(first)
        assert (again.raw, again.index, again.time_ms) == (first.raw, first.index, first.time_ms)
        assert again.doc_id != first.doc_id


def test_a_clock_can_be_wrong() -> None:
    indexer = make_indexer()
    before = indexer.now_ms()
    indexer.clock_offset_ms = 3_600_000
    assert indexer.now_ms() - before >= 3_600_000


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError):
        make_indexer().add(b"{")
