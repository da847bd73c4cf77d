"""The form of a firewall: what was typed, what is wrong with it, what the test said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from lamis.access.firewalls import MAKEABLE
from lamis.connections.types import TestCode, TestResult, TrustMode
from lamis.connections.types_firewall import DEFAULT_ALIAS
from lamis.web.connections_form import ConnectionForm, Result, certificate_facts, text_of, told, typed_in
from lamis.web.forms import Form

_FIELDS = ("name", "urls", "username", "password", "trust", "ca_pem", "fingerprint", "proxy", "alias")
DEFAULTS = {"trust": "system", "alias": DEFAULT_ALIAS}
TRUSTS = (
    (TrustMode.SYSTEM.value, "System's authorities", "a certificate signed by a known authority"),
    (TrustMode.CA.value, "Own authority", "paste the certificate of the authority that signed it"),
    (TrustMode.FINGERPRINT.value, "Pinned certificate", "exactly this one, by its SHA-256 fingerprint"),
    (TrustMode.NONE.value, "Do not verify", "anybody in between can take the key: for trials only"),
)
_TWO_CERTIFICATES = (
    "One fingerprint cannot fit the two certificates of a pair: paste both as own authority and connect by"
    " the names they are for, or use one certificate on both."
)


@dataclass(frozen=True, slots=True)
class FirewallForm(ConnectionForm):
    """`firewall_name` is empty for a new firewall."""

    FIELDS: ClassVar[frozenset[str]] = frozenset(_FIELDS)
    may_create: bool = False
    firewall_name: str = ""
    firewall_id: str = ""
    old_alias: str = ""
    trusts: Sequence[tuple[str, str, str]] = TRUSTS

    def stores(self, _name: str) -> bool:
        return self.has_password

    @property
    def alias_hint(self) -> str:
        if self.old_alias and self.value("alias") != self.old_alias:
            return f"What was put into {self.old_alias} stays there; take it out at the firewall."
        return "The list on the firewall that holds what is blocked. LAMIS touches only what it put in."


def typed(form: Form) -> dict[str, str]:
    """What was typed, named as drafts take it; a button that makes or pins counts as having chosen so."""
    values = typed_in(form, _FIELDS)
    may_create = form.is_on("may_create") or form.text("do") == "make"
    return values | {"kind": "opnsense", "may_create": "on" if may_create else ""}


def result_of(tested: TestResult, *, may_create: bool, is_pair: bool = False) -> Result:
    """A test's answer in the words of the screen."""
    details = tested.details
    if is_pair and tested.code is TestCode.TLS_NOT_TRUSTED:
        tested = replace(tested, details=details | {"warnings": [_TWO_CERTIFICATES]})
    made = details.get("made")
    facts = [
        *certificate_facts(details),
        ("OPNsense", text_of(details.get("version"))),
        ("Alias", _alias(details)),
        ("Rule", text_of(details.get("rule"))),
        ("Entries", text_of(details.get("entries"))),
        ("Its tables", _space(details)),
        ("Made", " ".join(map(str, made)) if isinstance(made, list | tuple) else ""),
        ("Own addresses", f"{len(tested.own_networks)}, never blocked" if tested.own_networks else ""),
        ("HTTP status", text_of(details.get("status"))),
    ]
    return told(tested, facts, may_make=tested.code in MAKEABLE and not may_create)


def _space(details: Mapping[str, object]) -> str:
    used, limit = details.get("table_used"), details.get("table_limit")
    return f"{used:,} of {limit:,} entries" if isinstance(used, int) and isinstance(limit, int) else ""


def _alias(details: Mapping[str, object]) -> str:
    known = (details.get("alias"), details.get("alias_type"))
    return " · ".join(text_of(each) for each in known if each)
