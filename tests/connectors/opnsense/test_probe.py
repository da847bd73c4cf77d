"""The connection test: stable codes, exact names, warnings that do not fail."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from lamis.connections.types import TestCode, TestResult, Trust, TrustMode
from lamis.connectors.opnsense import refusals
from lamis.simulators.opnsense import privileges
from lamis.simulators.opnsense.box import Box
from lamis.simulators.opnsense.faults import FaultKind
from lamis.simulators.opnsense.local import LocalFirewall
from tests.connectors.opnsense.conftest import Open

BoxOf = Callable[..., LocalFirewall]


def result_of(opened: Open, *firewalls: LocalFirewall, **changes: object) -> TestResult:
    return opened(*firewalls, **changes).test(now=datetime.now(UTC))


def warnings(result: TestResult) -> str:
    return " | ".join(result.details["warnings"])  # type: ignore[arg-type]


def limit(firewall: LocalFirewall, *names: str) -> None:
    firewall.box.set_user(firewall.box.users[firewall.key], privileges=names)


def test_a_good_one_is_ok_with_details(firewall: LocalFirewall, opened: Open) -> None:
    firewall.box.put(firewall.alias, "192.0.2.99")
    result = result_of(opened, firewall)
    assert result.code is TestCode.OK, result
    assert f"127.0.0.1:{firewall.port} answers: OPNsense 26.7.2, 1 entry in LAMIS_block." == result.message
    told = result.details
    assert (told["version"], told["alias_type"], told["entries"]) == ("26.7.2", "external", 1)
    assert (told["table_used"], told["table_limit"], told["warnings"]) == (1, 1_000_000, [])
    assert told["rule"] == "LAMIS: from blocked addresses"
    assert result.identity is not None
    assert result.identity.fingerprint == told["fingerprint"] == firewall.fingerprint


def test_it_changes_nothing(firewall: LocalFirewall, opened: Open) -> None:
    before = firewall.box.revision
    result_of(opened, firewall, may_create=True)
    assert firewall.box.revision == before
    assert firewall.entries() == []


def test_the_key_is_tried_first(firewall: LocalFirewall, opened: Open) -> None:
    result = result_of(opened, firewall, password="wrong")
    assert result.code is TestCode.AUTH_FAILED
    assert [one.path for one in firewall.box.requests] == ["/api/core/menu/search"]


@pytest.mark.parametrize("missing", [refusals.TABLES, refusals.ALIASES, refusals.STATES])
def test_a_missing_privilege_is_named(firewall: LocalFirewall, opened: Open, missing: str) -> None:
    limit(firewall, *(name for name in privileges.NEEDED if name != missing))
    result = result_of(opened, firewall)
    assert result.code is TestCode.PRIVILEGE_MISSING
    assert f"“{missing}”" in result.message
    assert result.details["privileges_missing"] == [missing]


def test_all_missing_privileges_are_named_at_once(firewall: LocalFirewall, opened: Open) -> None:
    limit(firewall)
    result = result_of(opened, firewall, may_create=True)
    assert result.details["privileges_missing"] == [
        refusals.TABLES, refusals.ALIASES, refusals.STATES, refusals.RULES
    ]  # fmt: skip


def test_rules_made_by_hand_need_no_privilege_for_rules(firewall: LocalFirewall, opened: Open) -> None:
    limit(firewall, privileges.TABLES, privileges.ALIASES_READ, privileges.STATES, *privileges.USEFUL)
    result = result_of(opened, firewall)
    assert result.is_ok
    assert "“Firewall: Rules [new]”; look yourself" in warnings(result)


def test_what_is_only_good_to_know_does_not_fail(firewall: LocalFirewall, opened: Open) -> None:
    limit(firewall, *privileges.NEEDED)
    result = result_of(opened, firewall)
    assert result.is_ok
    for name in (privileges.DASHBOARD, privileges.STATUS, privileges.INTERFACES):
        assert f"“{name}”" in warnings(result)


def test_a_missing_alias_is_named(box_of: BoxOf, opened: Open) -> None:
    result = result_of(opened, box_of(is_prepared=False))
    assert result.code is TestCode.ALIAS_MISSING
    assert "There is no alias LAMIS_block" in result.message


@pytest.mark.parametrize(
    ("fields", "part"), [({"is_enabled": False}, "is disabled"), ({"kind": "urltable"}, "type urltable")]
)
def test_an_alias_of_no_use_is_named(
    box_of: BoxOf, opened: Open, fields: dict[str, object], part: str
) -> None:
    firewall = box_of(is_prepared=False)
    firewall.box.make_alias("LAMIS_block", **fields)  # type: ignore[arg-type]
    result = result_of(opened, firewall)
    assert result.code is TestCode.ALIAS_MISSING
    assert part in result.message


@pytest.mark.parametrize("kind", ["host", "network"])
def test_an_alias_of_the_configuration_gets_a_hint(box_of: BoxOf, opened: Open, kind: str) -> None:
    result = result_of(opened, box_of(alias_type=kind))
    assert result.is_ok
    assert result.details["alias_type"] == kind
    assert "External is better" in warnings(result)


def test_a_missing_rule_is_named(firewall: LocalFirewall, opened: Open) -> None:
    firewall.box.rules.clear()
    result = result_of(opened, firewall)
    assert result.code is TestCode.RULE_MISSING
    assert "block, quick, IPv4+IPv6, source LAMIS_block, first" in result.message


@pytest.mark.parametrize(("may_create", "code"), [(False, TestCode.OK), (True, TestCode.RULE_MISSING)])
def test_a_version_that_hides_other_rules_is_warned_about(
    box_of: BoxOf, opened: Open, may_create: bool, code: TestCode
) -> None:
    firewall = box_of(version="25.7.11")
    firewall.box.rules.clear()
    result = result_of(opened, firewall, may_create=may_create)
    assert result.code is code
    assert ("look yourself" in warnings(result)) is not may_create


def weaken(box: Box, **changes: str) -> None:
    for rule in list(box.rules.values()):
        box.rules[rule.uuid] = rule.changed(changes)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"ipprotocol": "inet"}, "No rule drops IPv6"),
        ({"interface": "lan"}, "on the interface lan only"),
        ({"direction": "in"}, "can still call home"),
    ],
)
def test_weak_rules_are_warned_about(
    firewall: LocalFirewall, opened: Open, changes: dict[str, str], part: str
) -> None:
    weaken(firewall.box, **changes)
    result = result_of(opened, firewall)
    assert result.is_ok
    assert part in warnings(result)


def test_a_rule_that_passes_before_is_warned_about(firewall: LocalFirewall, opened: Open) -> None:
    rules = dict(firewall.box.rules)
    firewall.box.rules.clear()
    firewall.box.make_rule(action="pass", description="everyone in")
    firewall.box.rules |= rules
    assert "“everyone in” comes before" in warnings(result_of(opened, firewall))


def test_a_version_that_is_too_old_is_named(box_of: BoxOf, opened: Open) -> None:
    result = result_of(opened, box_of(version="24.7.1"))
    assert result.code is TestCode.VERSION_TOO_OLD
    assert "24.7.1" in result.message


def test_complaints_and_full_tables_are_warned_about(firewall: LocalFirewall, opened: Open) -> None:
    firewall.box.rule_error = "syntax error"
    firewall.box.put(firewall.alias, "192.0.2.99")
    firewall.box.pf.limit = 1
    told = warnings(result_of(opened, firewall))
    assert "complains about its rules: syntax error" in told
    assert "1 of 1 entries" in told


def test_a_certificate_that_is_not_trusted_is_shown(firewall: LocalFirewall, opened: Open) -> None:
    result = result_of(opened, firewall, trust=Trust())
    assert result.code is TestCode.TLS_NOT_TRUSTED
    assert result.details["fingerprint"] == firewall.fingerprint


def test_no_verification_is_warned_about(firewall: LocalFirewall, opened: Open) -> None:
    result = result_of(opened, firewall, trust=Trust(TrustMode.NONE))
    assert result.is_ok
    assert "not verified" in warnings(result)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (FaultKind.HTML, TestCode.NOT_A_FIREWALL),
        (FaultKind.REDIRECT, TestCode.AUTH_FAILED),
        (FaultKind.ERROR, TestCode.UNEXPECTED_ANSWER),
        (FaultKind.NOT_FOUND, TestCode.VERSION_TOO_OLD),
    ],
)
def test_trouble_has_its_code(firewall: LocalFirewall, opened: Open, kind: FaultKind, code: TestCode) -> None:
    firewall.fault(kind)
    assert result_of(opened, firewall).code is code


def test_a_pair_is_tested_box_by_box(box_of: BoxOf, opened: Open) -> None:
    first, second = box_of(), box_of()
    result = result_of(opened, first, second)
    assert result.is_ok
    nodes = result.details["nodes"]
    assert isinstance(nodes, list)
    assert [node["where"] for node in nodes] == [f"127.0.0.1:{one.port}" for one in (first, second)]
    second.box.rules.clear()
    result = result_of(opened, first, second)
    assert result.code is TestCode.RULE_MISSING
    assert f"127.0.0.1:{second.port}" in result.message
