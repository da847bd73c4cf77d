"""How a firewall fares, and when it is looked at again."""

from dataclasses import replace

import pytest

from lamis.connections.rules_firewall import (
    FirewallFacts,
    are_own_networks_due,
    firewall_cure_of,
    firewall_health_of,
    is_check_due,
)
from lamis.connections.types import HealthWord, SourceState, TestCode

MINUTE = 60_000
NOW = 1_000 * MINUTE
WELL = FirewallFacts(SourceState.ACTIVE, None, None, NOW - MINUTE, NOW - MINUTE, NOW - 90 * MINUTE)


@pytest.mark.parametrize(
    ("facts", "word", "is_good"),
    [
        (WELL, HealthWord.GOOD, True),
        (replace(WELL, state=SourceState.PAUSED, error_code="timeout"), HealthWord.PAUSED, True),
        (replace(WELL, state=SourceState.REMOVED), HealthWord.REMOVED, True),
        (replace(WELL, error_code="timeout", error_text="It is slow."), HealthWord.FAILING, False),
        (replace(WELL, last_good_ms=NOW - 31 * MINUTE), HealthWord.FAILING, False),
        (replace(WELL, last_good_ms=None, created_ms=NOW - MINUTE), HealthWord.WAITING, True),
        (replace(WELL, last_good_ms=None), HealthWord.FAILING, False),
    ],
)
def test_health_is_a_word_and_a_sentence(facts: FirewallFacts, word: HealthWord, is_good: bool) -> None:
    health = firewall_health_of(facts, now_ms=NOW)
    assert (health.word, health.is_good) == (word, is_good)
    assert health.sentence.endswith(".")
    assert health.cure or word in {HealthWord.GOOD, HealthWord.WAITING, HealthWord.REMOVED}


def test_a_failure_is_told_as_it_was_with_its_cure() -> None:
    facts = replace(WELL, error_code="auth_failed", error_text="https://192.0.2.30 refuses the key.")
    health = firewall_health_of(facts, now_ms=NOW)
    assert health.sentence == "https://192.0.2.30 refuses the key."
    assert "API key" in health.cure


@pytest.mark.parametrize("code", [code for code in TestCode if code is not TestCode.OK])
def test_every_code_has_a_cure(code: TestCode) -> None:
    assert firewall_cure_of(code.value).endswith(".")


@pytest.mark.parametrize(
    ("facts", "is_due"),
    [
        (replace(WELL, tested_ms=None), True),
        (WELL, False),
        (replace(WELL, tested_ms=NOW - 5 * MINUTE), True),
        (replace(WELL, tested_ms=NOW + MINUTE), True),
        (replace(WELL, error_code="timeout"), True),
        (replace(WELL, error_code="timeout", tested_ms=NOW - MINUTE // 2), False),
        (replace(WELL, error_code="auth_failed"), False),
        (replace(WELL, error_code="auth_failed", tested_ms=NOW - 5 * MINUTE), True),
    ],
)
def test_a_firewall_is_checked_each_five_minutes_and_sooner_while_it_fails(
    facts: FirewallFacts, is_due: bool
) -> None:
    assert is_check_due(facts, now_ms=NOW) is is_due


@pytest.mark.parametrize(
    ("read_ms", "is_due"),
    [(None, True), (NOW, False), (NOW - 59 * MINUTE, False), (NOW - 60 * MINUTE, True), (NOW + 1, True)],
)
def test_its_own_addresses_are_read_each_hour(read_ms: int | None, is_due: bool) -> None:
    assert are_own_networks_due(read_ms, now_ms=NOW) is is_due
