"""Testing firewalls, as every door and the regular check do; no transaction is open then."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from lamis.base.errors import ConnectorError, Invalid
from lamis.base.scope import EVERYTHING
from lamis.blocking.types import Firewall, FirewallOpener, FirewallOptions
from lamis.connections.firewalls import is_firewall
from lamis.connections.models import Connection
from lamis.connections.prefill import prefilled, prefilled_firewall
from lamis.connections.queries_firewalls import StoredFirewall, stored_firewall
from lamis.connections.testing import test_opened
from lamis.connections.types import Endpoint, TestCode, TestResult
from lamis.connectors.types import Manifest
from lamis.storage.runtime import Runtime

# What a firewall lacks that LAMIS can make itself.
MAKEABLE = frozenset({TestCode.ALIAS_MISSING, TestCode.RULE_MISSING})


def opener_of(vendor: Manifest) -> FirewallOpener:
    """What opens the firewalls of a vendor. Raises Invalid for a vendor without."""
    if vendor.open_firewall is None:
        raise Invalid(f"{vendor.title} is no firewall.", field="kind")
    return vendor.open_firewall


def options_of(stored: StoredFirewall) -> FirewallOptions:
    return FirewallOptions(alias=stored.alias, may_create=stored.may_create)


def try_firewall(
    open_it: FirewallOpener, endpoint: Endpoint, options: FirewallOptions, *, is_trial: bool, now: datetime
) -> TestResult:
    """Test a firewall and read its own addresses; never raises.

    What is missing there and may be made is made, and tested again, unless `is_trial`: then it is only said.
    """
    return test_opened(
        lambda: open_it(endpoint, options),
        try_it=lambda arm: with_own(arm, _tested(arm, options, is_trial=is_trial, now=now)),
    )


def _tested(arm: Firewall, options: FirewallOptions, *, is_trial: bool, now: datetime) -> TestResult:
    result = arm.test(now=now)
    if result.code not in MAKEABLE or not options.may_create:
        return result
    if is_trial:
        return _warned(result, "Once it is saved, LAMIS makes what is missing and tests again.")
    made = arm.prepare()
    again = arm.test(now=now)
    return replace(again, details={**again.details, "made": made})


def with_own(arm: Firewall, result: TestResult) -> TestResult:
    """The result with the addresses that must never be blocked; without them it is no reason to fail."""
    if not result.is_ok:
        return result
    try:
        own = arm.own_networks()
    except ConnectorError as error:
        return _warned(result, f"Its own addresses could not be read: {error.message}")
    return replace(result, own_networks=tuple(str(network) for network in own))


def _warned(result: TestResult, sentence: str) -> TestResult:
    warnings = result.details.get("warnings")
    known = list(warnings) if isinstance(warnings, list | tuple) else []
    return replace(result, details={**result.details, "warnings": [*known, sentence]})


def stored_options(runtime: Runtime, connection: Connection) -> FirewallOptions:
    """What a stored firewall adds to its endpoint. Raises NotFound where it was removed meanwhile."""
    with runtime.database.read() as session:
        return options_of(stored_firewall(session, EVERYTHING, connection.id))


def stored_values(runtime: Runtime, connection: Connection) -> Mapping[str, object]:
    """The values of a connection of any kind, as forms show them and edits start from; without secrets."""
    vault = runtime.keys.vault
    if not is_firewall(connection):
        return prefilled(connection, vault=vault)
    options = stored_options(runtime, connection)
    return prefilled_firewall(connection, alias=options.alias, may_create=options.may_create, vault=vault)
