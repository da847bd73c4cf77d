"""The form of a source: what was typed, what is wrong with it, what the test said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from lamis.connections.types import TestResult, TrustMode
from lamis.views import formats
from lamis.web.connections_form import ConnectionForm, Result, certificate_facts, text_of, told, typed_in
from lamis.web.forms import Form

_FIELDS = (
    "name",
    "urls",
    "username",
    "password",
    "trust",
    "ca_pem",
    "fingerprint",
    "client_cert_pem",
    "client_key_pem",
    "proxy",
    "index_pattern",
    "dashboard_url",
    "poll_s",
    "level_floor",
    "backfill",
)
DEFAULTS = {"trust": "system", "poll_s": "10", "backfill": "24h"}
TRUSTS = (
    (TrustMode.SYSTEM.value, "System's authorities", "a certificate signed by a known authority"),
    (TrustMode.CA.value, "Own authority", "paste the deployment's root certificate (Wazuh: root-ca.pem)"),
    (TrustMode.FINGERPRINT.value, "Pinned certificate", "exactly this one, by its SHA-256 fingerprint"),
    (TrustMode.NONE.value, "Do not verify", "anybody in between can read the password: for trials only"),
)
BACKFILLS = (("24h", "the last 24 hours"), ("7d", "the last 7 days"), ("all", "everything it holds"))


@dataclass(frozen=True, slots=True)
class SourceForm(ConnectionForm):
    """`source_name` is empty for a new source."""

    FIELDS: ClassVar[frozenset[str]] = frozenset(_FIELDS)
    source_name: str = ""
    source_id: str = ""
    is_first: bool = False
    trusts: Sequence[tuple[str, str, str]] = TRUSTS
    backfills: Sequence[tuple[str, str]] = BACKFILLS

    def stores(self, name: str) -> bool:
        is_stored = self.has_password if name == "password" else bool(self.source_id)
        return is_stored and not self.is_secret_lost

    @property
    def has_more(self) -> bool:
        """Whether the folded part holds something a person should see."""
        shown = ("client_cert_pem", "proxy", "index_pattern", "dashboard_url", "level_floor")
        return any(self.value(name) for name in shown) or self.wrong_field in {*shown, "client_key_pem"}


def typed(form: Form) -> dict[str, str]:
    """What was typed, named as drafts take it."""
    return typed_in(form, _FIELDS)


def result_of(tested: TestResult, *, now: datetime) -> Result:
    """A test's answer in the words of the screen."""
    details = tested.details
    facts = [
        *certificate_facts(details),
        ("Wazuh", _version(details)),
        ("Index pattern", text_of(details.get("index_pattern"))),
        ("Documents", _number(details.get("documents"))),
        ("Newest document", _moment(details.get("newest_at"), now)),
        ("Clock", _skew(details.get("clock_skew_s"))),
        ("HTTP status", text_of(details.get("status"))),
    ]
    return told(tested, facts)


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else ""


def _version(details: Mapping[str, object]) -> str:
    release = f"{details['generation']}.x" if details.get("generation") else ""
    engine = f"indexer {details['version']}" if details.get("version") else ""
    return " · ".join(filter(None, (release, engine)))


def _moment(value: object, now: datetime) -> str:
    if not isinstance(value, str):
        return ""
    at = datetime.fromisoformat(value)
    return f"{formats.exact(at)}, {formats.ago(at, now)}"


def _skew(value: object) -> str:
    if not isinstance(value, int | float):
        return ""
    if abs(value) < 1:
        return "right to the second"
    return f"{abs(value):g} s {'ahead of' if value > 0 else 'behind'} ours"
