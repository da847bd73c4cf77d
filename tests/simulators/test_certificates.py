"""Certificates that a strict client accepts."""

from pathlib import Path

import pytest
from cryptography import x509

from lamis.simulators.certificates import make_certificates, make_self_signed, read_certificates


def test_the_authority_says_what_its_key_is_for() -> None:
    made = make_certificates(organisation="Example")
    authority = x509.load_pem_x509_certificate(made.ca_pem.encode())
    assert authority.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    node = x509.load_pem_x509_certificate(made.certificate_pem.encode())
    node.verify_directly_issued_by(authority)
    names = node.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]
    assert node.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)


def test_an_authority_without_key_usage_can_be_had_for_tests() -> None:
    made = make_certificates(with_key_usage=False)
    authority = x509.load_pem_x509_certificate(made.ca_pem.encode())
    with pytest.raises(x509.ExtensionNotFound):
        authority.extensions.get_extension_for_class(x509.KeyUsage)


def test_what_was_written_is_read_back_and_the_key_is_private(tmp_path: Path) -> None:
    made = make_certificates()
    made.write(tmp_path / "new")
    assert read_certificates(tmp_path / "new") == made
    assert (tmp_path / "new" / "node-key.pem").stat().st_mode & 0o777 == 0o600


def test_a_self_signed_one_is_for_one_name_and_vouches_for_itself() -> None:
    made = make_self_signed(host="edge.example")
    certificate = x509.load_pem_x509_certificate(made.certificate_pem.encode())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name.value) for name in names] == ["edge.example"]
    assert certificate.subject == certificate.issuer
    assert made.ca_pem == made.certificate_pem
    certificate.verify_directly_issued_by(certificate)
