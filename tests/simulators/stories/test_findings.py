"""Findings as a 5.0 indexer holds them."""

import random

import pytest

from lamis.simulators.stories import linux, network, upkeep
from lamis.simulators.stories.cast import GLOBEX
from lamis.simulators.stories.findings import finding, level_word
from tests.simulators.asking import T0


@pytest.mark.parametrize(
    ("level", "word"),
    [(3, "informational"), (4, "low"), (6, "low"), (7, "medium"), (9, "medium"), (10, "high"), (13, "high"),
     (14, "critical"), (16, "critical")],
)  # fmt: skip
def test_levels_become_words(level: int, word: str) -> None:
    assert level_word(level) == word


def test_a_finding_has_no_numbers_of_rules_and_names_who_and_where() -> None:
    rng = random.Random(3)
    written = finding(linux.failed_login(rng, GLOBEX), GLOBEX, at_ms=T0, rng=rng)
    assert written["@timestamp"] == "2026-03-01T10:00:00.000Z"
    assert written["wazuh"]["rule"]["level"] == "low"
    assert len(written["wazuh"]["rule"]["id"]) == 36
    assert written["source"]["ip"] in GLOBEX.strangers
    assert isinstance(written["source"]["port"], int)
    assert written["event"]["outcome"] == "failure"
    assert written["wazuh"]["rule"]["mitre"]["tactic"]["id"] == ["TA0006"]
    assert "rule" not in written


def test_files_and_addresses_of_pages_have_their_fields() -> None:
    rng = random.Random(3)
    changed = upkeep.file_event(rng, GLOBEX, kind="modified", path="/etc/hosts")
    assert finding(changed, GLOBEX, at_ms=T0, rng=rng)["file"] == {"path": "/etc/hosts"}
    page = finding(network.not_found(rng, GLOBEX), GLOBEX, at_ms=T0, rng=rng)
    assert page["http"]["response"]["status_code"] >= 400
