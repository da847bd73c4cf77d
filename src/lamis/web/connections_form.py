"""What the forms of sources and firewalls share: typing, pinning, and what a test said."""

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass

from lamis.base.errors import Invalid, LamisError
from lamis.connections.types import TestCode, TestResult, TrustMode
from lamis.web.forms import FilledForm, Form

SECRETS = frozenset({"password", "client_key_pem"})
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
class ConnectionForm(FilledForm):
    """`listed` are the connections beside it: id, name, state of the health mark, its word."""

    _: KW_ONLY
    has_password: bool = False
    is_secret_lost: bool = False
    listed: Sequence[tuple[str, str, str, str]] = ()
    result: Result | None = None


def typed_in(form: Form, fields: Sequence[str]) -> dict[str, str]:
    """What was typed, named as drafts take it; "Pin this certificate" counts as choosing it."""
    values = {name: form.raw(name) if name in SECRETS else form.text(name) for name in fields}
    if pinned := form.text("pin"):
        values |= {"trust": TrustMode.FINGERPRINT.value, "fingerprint": pinned}
    return values


def wrong(error: LamisError | None) -> tuple[str, str]:
    """The sentence of an error and the field it belongs to; blank where there is none."""
    if error is None:
        return "", ""
    name = error.field or "" if isinstance(error, Invalid) else ""
    return error.message, _ALIASES.get(name, name)


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
