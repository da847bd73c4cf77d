"""The form of a source: what was typed, what is wrong with it, what the test said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lamis.base.errors import Invalid, LamisError
from lamis.connections.types import TestCode, TestResult, TrustMode
from lamis.views import formats
from lamis.web.forms import Form

FIELDS = (
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
SECRET_FIELDS = frozenset({"password", "client_key_pem"})
TRUSTS = (
    (TrustMode.SYSTEM.value, "System's authorities", "a certificate signed by a known authority"),
    (TrustMode.CA.value, "Own authority", "paste the deployment's root certificate (Wazuh: root-ca.pem)"),
    (TrustMode.FINGERPRINT.value, "Pinned certificate", "exactly this one, by its SHA-256 fingerprint"),
    (TrustMode.NONE.value, "Do not verify", "anybody in between can read the password: for trials only"),
)
BACKFILLS = (("24h", "the last 24 hours"), ("7d", "the last 7 days"), ("all", "everything it holds"))
# The names under which a wrong field may come back, and the field of the form.
_ALIASES = {"url": "urls", "ca": "ca_pem", "client_cert": "client_cert_pem", "client_key": "client_key_pem"}


@dataclass(frozen=True, slots=True)
class Result:
    """What a test said, for the screen. `pin` is the fingerprint that may be trusted from now on.

    `may_make` says that LAMIS can make what is missing at a firewall.
    """

    is_ok: bool
    code: str
    message: str
    facts: Sequence[tuple[str, str]] = ()
    warnings: Sequence[str] = ()
    pin: str = ""
    may_make: bool = False


@dataclass(frozen=True, slots=True)
class SourceForm:
    """`values` hold no secrets; `source_name` is empty for a new source.

    `kept` holds the secrets typed before, sealed; `kept_names` says which. `listed` are the sources
    beside it: id, name, state of the health mark, its word.
    """

    values: Mapping[str, str]
    action: str
    source_name: str = ""
    source_id: str = ""
    tenant_id: str = ""
    tenants: Sequence[tuple[str, str]] = ()
    is_first: bool = False
    has_password: bool = False
    is_secret_lost: bool = False
    kept: str = ""
    kept_names: frozenset[str] = frozenset()
    listed: Sequence[tuple[str, str, str, str]] = ()
    result: Result | None = None
    error: str = ""
    wrong_field: str = ""
    trusts: Sequence[tuple[str, str, str]] = field(default=TRUSTS)
    backfills: Sequence[tuple[str, str]] = field(default=BACKFILLS)

    def value(self, name: str) -> str:
        return self.values.get(name, "")

    def error_of(self, name: str) -> str:
        return self.error if self.wrong_field == name else ""

    @property
    def general_error(self) -> str:
        """The error where it belongs to no field of this form."""
        return "" if self.wrong_field in {*FIELDS, "tenant"} else self.error

    def hint_of(self, name: str) -> str:
        """What leaving a secret blank means here."""
        if name in self.kept_names:
            return "What you typed is kept; type again only to change it."
        is_stored = self.has_password if name == "password" else bool(self.source_id)
        return "Blank keeps the stored one." if is_stored and not self.is_secret_lost else ""

    @property
    def has_more(self) -> bool:
        """Whether the folded part holds something a person should see."""
        shown = ("client_cert_pem", "proxy", "index_pattern", "dashboard_url", "level_floor")
        return any(self.value(name) for name in shown) or self.wrong_field in {*shown, "client_key_pem"}


def typed(form: Form, fields: Sequence[str] = FIELDS) -> dict[str, str]:
    """What was typed, named as drafts take it; "Pin this certificate" counts as choosing it."""
    values = {name: form.raw(name) if name in SECRET_FIELDS else form.text(name) for name in fields}
    if pinned := form.text("pin"):
        values |= {"trust": TrustMode.FINGERPRINT.value, "fingerprint": pinned}
    return values


def shown(values: Mapping[str, object]) -> dict[str, str]:
    """`values` as the form shows them again: lists as lines, no secrets."""
    return {
        name: "\n".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        for name, value in values.items()
        if value is not None and name not in SECRET_FIELDS
    }


def wrong(error: LamisError) -> tuple[str, str]:
    """The sentence of an error and the field it belongs to."""
    name = error.field or "" if isinstance(error, Invalid) else ""
    return error.message, _ALIASES.get(name, name)


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


def told(tested: TestResult, facts: Sequence[tuple[str, str]], *, may_make: bool = False) -> Result:
    """A test's answer with those of `facts` that are known."""
    details = tested.details
    warnings = details.get("warnings")
    is_tls = tested.code is TestCode.TLS_NOT_TRUSTED
    return Result(
        is_ok=tested.is_ok,
        code=tested.code.value,
        message=tested.message,
        facts=[(name, text) for name, text in facts if text],
        warnings=[str(each) for each in warnings] if isinstance(warnings, list | tuple) else (),
        pin=text_of(details.get("fingerprint")) if is_tls else "",
        may_make=may_make,
    )


def certificate_facts(details: Mapping[str, object]) -> list[tuple[str, str]]:
    """Whose certificate it is, for those who compare it."""
    names = details.get("names")
    return [
        ("Certificate of", ", ".join(map(str, names)) if isinstance(names, list) else ""),
        ("Subject", text_of(details.get("subject"))),
        ("Issued by", text_of(details.get("issuer"))),
        ("SHA-256", text_of(details.get("fingerprint"))),
    ]


def text_of(value: object) -> str:
    return "" if value is None else str(value)


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
