"""The connection test: everything that blocking needs, tried in order on every node, told in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from lamis.base import tls
from lamis.base.errors import ConnectorError, Refused
from lamis.blocking.types import FirewallOptions
from lamis.connections.types import Endpoint, Identity, TestCode, TestResult, TrustMode
from lamis.connectors.opnsense import refusals, status
from lamis.connectors.opnsense.aliases import Alias, AliasType, find_alias, why_unusable
from lamis.connectors.opnsense.answers import InterfaceRows, StateRows
from lamis.connectors.opnsense.node import Node
from lamis.connectors.opnsense.rules import FAMILIES, Coverage, coverage

_NEARLY_FULL = 0.9
# From 26.1 on the list of rules has those of the old page too.
_LISTS_OLD_RULES = (26, 1)


@dataclass(slots=True)
class _Found:
    """What one node told so far."""

    details: dict[str, object] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    version: status.Version | None = None


class _Failed(Exception):
    """The test of a node ends here, with this code and sentence."""

    def __init__(self, code: TestCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Probe:
    """One test of one firewall: node by node, up to the first that fails."""

    def __init__(self, nodes: Sequence[Node], endpoint: Endpoint, options: FirewallOptions) -> None:
        self._nodes = nodes
        self._endpoint = endpoint
        self._options = options
        self._details: dict[str, object] = {"alias": options.alias}
        self._warnings: list[str] = []

    def run(self) -> TestResult:
        """Try it; a failure is a result with its stable code, never an exception of a connector."""
        nodes: list[dict[str, object]] = []
        for node in self._nodes:
            found = _Found()
            try:
                self._try(node, found)
            except _Failed as failed:
                self._note(node, found, nodes)
                return self._result(failed.code, failed.message)
            except ConnectorError as error:
                found.details |= error.details
                self._note(node, found, nodes)
                code = TestCode(error.code) if error.code in set(TestCode) else TestCode.UNKNOWN
                return self._result(code, error.message)
            self._note(node, found, nodes)
        return self._result(TestCode.OK, self._good(nodes))

    def _try(self, node: Node, found: _Found) -> None:
        client = node.client
        client.get("core/menu/search", Any)  # every valid key may ask for it
        if client.certificate:
            found.details |= tls.describe(client.certificate)
        is_readable = self._permitted(found, refusals.TABLES, lambda: node.table.texts())
        found.version = status.read_version(client)
        if found.version is not None:
            found.details["version"] = found.version.text
            if found.version.is_too_old:
                raise _Failed(
                    TestCode.VERSION_TOO_OLD,
                    f"{client.where} runs OPNsense {found.version.text}; update it to 24.7.2 or newer.",
                )
        alias = self._alias(node, found)
        self._permitted(found, refusals.STATES, lambda: _look_at_states(node))
        rules = self._permitted(found, refusals.RULES, lambda: coverage(client, self._options.alias))
        self._judge_privileges(node, found, is_blind=rules is None)
        self._judge_alias(node, found, alias)
        if rules is not None:
            self._judge_rules(node, found, rules)
        if is_readable is not None:
            found.details["entries"] = len(is_readable)
        self._look_around(node, found)

    def _permitted(self, found: _Found, privilege: str, ask: Callable[[], Any]) -> Any:
        """The answer; None, and the privilege noted, where the key lacks it."""
        try:
            return ask()
        except Refused as error:
            if error.code != TestCode.PRIVILEGE_MISSING:
                raise
            found.missing.append(privilege)
            return None

    def _alias(self, node: Node, found: _Found) -> Alias | None:
        path = f"firewall/alias/get_alias_uuid/{self._options.alias}"
        told = self._permitted(found, refusals.ALIASES, lambda: node.client.get(path, Any))
        if not isinstance(told, dict):  # an unknown alias is an empty array
            return None
        return find_alias(node.client, self._options.alias)

    def _judge_privileges(self, node: Node, found: _Found, *, is_blind: bool) -> None:
        """Who may not see rules may still block, where the rule is made by hand."""
        needed = [one for one in found.missing if one != refusals.RULES or self._options.may_create]
        if needed:
            found.details["privileges_missing"] = needed
            listed = ", ".join(f"“{name}”" for name in needed)
            raise _Failed(
                TestCode.PRIVILEGE_MISSING,
                f"The API key's user on {node.client.where} lacks {listed}; give it to the user there "
                "(System: Access: Users).",
            )
        if is_blind:
            found.warnings.append(
                f"Whether a rule drops what is in {self._options.alias} cannot be seen without the privilege "
                f"“{refusals.RULES}”; look yourself."
            )

    def _judge_alias(self, node: Node, found: _Found, alias: Alias | None) -> None:
        if problem := why_unusable(alias, self._options.alias):
            raise _Failed(TestCode.ALIAS_MISSING, f"{node.client.where}: {problem}")
        if alias is None or alias.type is None:
            return
        found.details["alias_type"] = alias.type.value
        if alias.type is not AliasType.EXTERNAL:
            found.warnings.append(
                f"The alias {alias.name} is of the type {alias.type_word}: each change is one more revision "
                "of the firewall's configuration, of which 100 are kept. One of the type External is better."
            )

    def _judge_rules(self, node: Node, found: _Found, rules: Coverage) -> None:
        name, where = self._options.alias, node.client.where
        if not rules.drops:
            sees_all = found.version is not None and found.version.numbers >= _LISTS_OLD_RULES
            if sees_all or self._options.may_create:
                raise _Failed(
                    TestCode.RULE_MISSING,
                    f"No rule on {where} drops what comes from {name}; make one (block, quick, IPv4+IPv6, "
                    f"source {name}, first), or let LAMIS make it.",
                )
            found.warnings.append(
                f"No rule of Automation drops what comes from {name}; this version does not list the other "
                "rules, so look yourself."
            )
            return
        found.details["rule"] = rules.by
        if rules.into < FAMILIES:
            family = "IPv6" if "inet6" not in rules.into else "IPv4"
            found.warnings.append(f"No rule drops {family} that comes from {name}.")
        if not rules.out:
            found.warnings.append(
                f"No rule drops what goes out to {name}: machines inside can still call home."
            )
        if rules.passed_before:
            found.warnings.append(
                f"The rule “{rules.passed_before}” comes before the one that drops, and may let pass."
            )
        if rules.interface:
            found.warnings.append(f"The rule drops on the interface {rules.interface} only.")

    def _look_around(self, node: Node, found: _Found) -> None:
        """What is good to know; what may not be read is named once."""
        unread = [] if found.version is not None else ["its version (“Lobby: Dashboard”)"]
        complaint = status.rules_complaint(node.client)
        if complaint is None:
            unread.append("errors of its rules (“System: Status”)")
        elif complaint:
            found.warnings.append(f"{node.client.where} complains about its rules: {complaint}")
        if (space := status.table_space(node.client)) is not None:
            used, limit = space
            found.details |= {"table_used": used, "table_limit": limit}
            if limit and used > limit * _NEARLY_FULL:
                found.warnings.append(
                    f"Its tables hold {used:,} of {limit:,} entries; beyond that it drops new ones silently. "
                    "Raise Firewall Maximum Table Entries."
                )
        interfaces = "interfaces/overview/interfaces_info"
        if self._permitted(_Found(), "", lambda: node.client.get(interfaces, InterfaceRows)) is None:
            unread.append("its own addresses, which must never be blocked (“Status: Interfaces”)")
        if unread:
            found.warnings.append(f"This key may not read {'; '.join(unread)}: give it these privileges too.")
        if self._endpoint.trust.mode is TrustMode.NONE:
            found.warnings.append("The certificate is not verified: anyone in between could answer instead.")

    def _note(self, node: Node, found: _Found, nodes: list[dict[str, object]]) -> None:
        """Lay what a node told over what is known: its first values stand, warnings add up."""
        nodes.append({"where": node.client.where} | found.details)
        self._details = found.details | self._details
        for warning in found.warnings:
            if warning not in self._warnings:
                self._warnings.append(warning)
        if len(self._nodes) > 1:
            self._details["nodes"] = nodes

    def _good(self, nodes: list[dict[str, object]]) -> str:
        names = " and ".join(str(node["where"]) for node in nodes)
        version = self._details.get("version")
        which = f"OPNsense {version}" if version else "an OPNsense"
        verb = "answers" if len(nodes) == 1 else "answer"
        count = self._details.get("entries", 0)
        entries = "1 entry" if count == 1 else f"{count:,} entries"
        return f"{names} {verb}: {which}, {entries} in {self._options.alias}."

    def _result(self, code: TestCode, message: str) -> TestResult:
        fingerprint = self._details.get("fingerprint")
        identity = Identity(None, str(fingerprint) if fingerprint else None)
        return TestResult(code, message, self._details | {"warnings": self._warnings}, identity=identity)


def _look_at_states(node: Node) -> None:
    """Ask for states of an address that has none, to see whether the key may."""
    asked = {"searchPhrase": "192.0.2.0", "current": 1, "rowCount": 1}
    node.client.post("diagnostics/firewall/query_states", asked, StateRows)
