"""TLS trust: system store, a CA, a pinned certificate or none; and what a certificate says of itself."""

import hashlib
import os
import ssl
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from lamis.base.clock import iso
from lamis.base.errors import ConnectorError, Invalid

Judge = Callable[[bytes], None]


def _accept(_der: bytes) -> None:
    """Trust what the handshake trusted."""


@dataclass(frozen=True, slots=True)
class TlsPolicy:
    """A context for the handshake and a judgement of the presented certificate (DER) after it."""

    context: ssl.SSLContext
    judge: Judge = field(default=_accept)


def fingerprint_of(der: bytes) -> str:
    """SHA-256 of a DER certificate, 64 hex digits in lower case."""
    return hashlib.sha256(der).hexdigest()


def clean_fingerprint(text: str) -> str:
    """A typed SHA-256 fingerprint as 64 lower-case hex digits. Raises Invalid."""
    digits = text.strip().lower().removeprefix("sha256:").replace(":", "").replace(" ", "")
    if len(digits) != 64 or any(digit not in "0123456789abcdef" for digit in digits):
        raise Invalid("A SHA-256 fingerprint has 64 hexadecimal digits.", field="fingerprint")
    return digits


def policy(
    *,
    verify: bool = True,
    ca_pem: str | None = None,
    fingerprint: str | None = None,
    client_cert_pem: str | None = None,
    client_key_pem: str | None = None,
) -> TlsPolicy:
    """What to trust: a `fingerprint` alone, else a `ca_pem` alone, else the system; nothing is checked
    only where `verify` is False. Raises Invalid with the field whose PEM cannot be used.
    """
    if fingerprint or not verify:
        context = unverifying_context()
    else:
        context = ssl.create_default_context(cadata=_usable_ca(ca_pem))
    judge: Judge = _accept
    if fingerprint:
        judge = _pin(clean_fingerprint(fingerprint))
    if client_cert_pem:
        _load_client_certificate(context, client_cert_pem, client_key_pem)
    return TlsPolicy(context, judge)


def unverifying_context() -> ssl.SSLContext:
    """A context that takes any certificate; the system's store, which costs 60 ms to read, is left unread."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class PinMismatch(ConnectorError):
    """The presented certificate is not the pinned one."""


def _pin(wanted: str) -> Judge:
    def judge(der: bytes) -> None:
        if fingerprint_of(der) != wanted:
            raise PinMismatch("the certificate is not the pinned one", code="tls_not_trusted", permanent=True)

    return judge


def _usable_ca(ca_pem: str | None) -> str | None:
    if ca_pem is None or not ca_pem.strip():
        return None
    try:
        x509.load_pem_x509_certificates(ca_pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Invalid("The CA is not a certificate in PEM form.", field="ca_file") from error
    return ca_pem


def _load_client_certificate(context: ssl.SSLContext, cert_pem: str, key_pem: str | None) -> None:
    """Python loads key pairs from files only: a private temporary one, gone before we return."""
    handle, path = tempfile.mkstemp(prefix="lamis-", suffix=".pem")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(cert_pem.rstrip() + "\n" + (key_pem or ""))
        context.load_cert_chain(path, password="")
    except (ssl.SSLError, OSError, ValueError) as error:
        raise Invalid(
            "The client certificate and its key cannot be used together (PEM, key without password).",
            field="client_cert",
        ) from error
    finally:
        os.unlink(path)


def ca_weakness(ca_pem: str | None) -> str | None:
    """Why newer TLS libraries refuse this CA, though it is well-formed; None where nothing is wrong."""
    if not ca_pem:
        return None
    try:
        certificates = x509.load_pem_x509_certificates(ca_pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        return "The CA is not a certificate in PEM form."
    for certificate in certificates:
        name = certificate.subject.rfc4514_string()
        if not _has(certificate, x509.KeyUsage):
            return (
                f"The CA “{name}” has no key usage extension, which Python 3.13 and later refuse; "
                "issue it again with keyUsage=keyCertSign, or pin the certificate's fingerprint."
            )
        if not certificate.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign:
            return f"The CA “{name}” may not sign certificates (key usage lacks keyCertSign)."
    return None


def _has(certificate: x509.Certificate, kind: type[x509.ExtensionType]) -> bool:
    try:
        certificate.extensions.get_extension_for_class(kind)
    except (x509.ExtensionNotFound, ValueError):
        return False
    return True


def describe(der: bytes) -> Mapping[str, object]:
    """What a certificate says: `fingerprint`, and where it can be parsed `subject`, `issuer`, `names`,
    `valid_from`, `valid_until`, `is_self_signed`; JSON values.
    """
    told: dict[str, object] = {"fingerprint": fingerprint_of(der)}
    try:
        certificate = x509.load_der_x509_certificate(der)
        told |= {
            "subject": certificate.subject.rfc4514_string(),
            "issuer": certificate.issuer.rfc4514_string(),
            "valid_from": iso(certificate.not_valid_before_utc),
            "valid_until": iso(certificate.not_valid_after_utc),
            "is_self_signed": certificate.subject == certificate.issuer,
        }
        told["names"] = _names(certificate)
    except (ValueError, UnsupportedAlgorithm):
        told.setdefault("names", [])
    return told


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [str(name.value) for name in found if isinstance(name, x509.DNSName | x509.IPAddress)]


def error_behind(error: BaseException) -> ssl.SSLError | None:
    """The TLS failure that led to `error`, if there is one."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None
