"""Decisions about firewalls: health in words, and when one is looked at again. Pure."""

from dataclasses import dataclass

from lamis.base.clock import HOUR_MS
from lamis.connections.types import Health, HealthWord, SourceState, TestCode

CHECK_MS = 300_000
OWN_MS = HOUR_MS
FORGOTTEN_MS = 30 * 60_000
_AGAIN_MS = 60_000
_CURES: dict[str, str] = {
    TestCode.AUTH_FAILED: "Enter API key and secret again; it is tried again every five minutes.",
    TestCode.NOT_ALLOWED: "Give the key's user the privileges that the documentation lists.",
    TestCode.PRIVILEGE_MISSING: "Give the key's user that privilege, then test again.",
    TestCode.TLS_NOT_TRUSTED: "Edit the firewall: give its CA certificate, or pin the checked fingerprint.",
    TestCode.UNREACHABLE: "Check that the firewall runs and its web interface can be reached from here.",
    TestCode.TIMEOUT: "Check the load of the firewall and the network; it is tried again by itself.",
    TestCode.NOT_A_FIREWALL: "Check the address: it is that of the firewall's own web interface.",
    TestCode.VERSION_TOO_OLD: "Update the firewall to 24.7.2 or newer.",
    TestCode.ALIAS_MISSING: "Make the alias there, or edit the firewall and let LAMIS make it.",
    TestCode.RULE_MISSING: "Make the rule there, or edit the firewall and let LAMIS make it.",
    TestCode.SECRET_UNREADABLE: "Edit the firewall and enter its API secret again.",
    TestCode.BUSY: "The firewall is overloaded; it is tried again by itself.",
    TestCode.NOT_REACHABLE_BY_YOU: "Ask an operator to connect it: it lies in a private network.",
}
_OTHER_CURE = "Look at the message and the firewall's log; it is tried again by itself."
# What an answer alone does not disprove: only a test that passes does.
UNTIL_TESTED = (
    TestCode.NOT_ALLOWED,
    TestCode.PRIVILEGE_MISSING,
    TestCode.NOT_A_FIREWALL,
    TestCode.VERSION_TOO_OLD,
    TestCode.ALIAS_MISSING,
    TestCode.RULE_MISSING,
)
_SLOW = frozenset({TestCode.AUTH_FAILED.value, TestCode.SECRET_UNREADABLE.value, TestCode.INVALID.value})


@dataclass(frozen=True, slots=True)
class FirewallFacts:
    """What decides how a firewall fares."""

    state: SourceState
    error_code: str | None
    error_text: str | None
    tested_ms: int | None
    last_good_ms: int | None
    created_ms: int


def firewall_cure_of(code: str | None) -> str:
    """What to do about a failure of a firewall with that code."""
    return _CURES.get(code or "", _OTHER_CURE)


def firewall_health_of(facts: FirewallFacts, *, now_ms: int) -> Health:
    """How a firewall fares, the worst first."""
    if facts.state is SourceState.REMOVED:
        return Health(HealthWord.REMOVED, "This firewall was removed.")
    if facts.state is SourceState.PAUSED:
        return Health(
            HealthWord.PAUSED,
            "It is paused: nothing is blocked or lifted there.",
            "Resume it, and what is wanted meanwhile is done there.",
        )
    if facts.error_code:
        cure = firewall_cure_of(facts.error_code)
        return Health(HealthWord.FAILING, facts.error_text or "It fails.", cure)
    if now_ms - (facts.last_good_ms or facts.created_ms) > FORGOTTEN_MS:
        return Health(
            HealthWord.FAILING,
            "It has not been checked for some time.",
            "Check that the workers of LAMIS run.",
        )
    if facts.last_good_ms is None:
        return Health(HealthWord.WAITING, "It was not tested yet; its first check comes within a minute.")
    return Health(HealthWord.GOOD, "It takes what it is asked to drop.")


def is_check_due(facts: FirewallFacts, *, now_ms: int) -> bool:
    """Whether a firewall is tested now: every five minutes, each minute while it fails.

    A refused key is not hammered. One that was tested in what is now the future is due: the clock went back.
    """
    if facts.tested_ms is None or facts.tested_ms > now_ms:
        return True
    is_hurried = facts.error_code is not None and facts.error_code not in _SLOW
    return now_ms - facts.tested_ms >= (_AGAIN_MS if is_hurried else CHECK_MS) - 1_000


def are_own_networks_due(own_read_ms: int | None, *, now_ms: int) -> bool:
    """Whether a firewall's own addresses are read anew: each hour."""
    return own_read_ms is None or not 0 <= now_ms - own_read_ms < OWN_MS
