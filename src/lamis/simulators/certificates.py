"""A certificate authority and node certificate of our own, made anew for each simulated deployment."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_LIFE = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Certificates:
    """PEM texts of one deployment; `fingerprint` is SHA-256 of the node certificate's DER, 64 hex digits."""

    ca_pem: str
    certificate_pem: str
    key_pem: str
    fingerprint: str

    def write(self, folder: Path) -> None:
        """Lay down `root-ca.pem`, `node.pem` and `node-key.pem` (0600) in `folder`, made when missing."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "root-ca.pem").write_text(self.ca_pem)
        (folder / "node.pem").write_text(self.certificate_pem)
        key = folder / "node-key.pem"
        key.touch(mode=0o600)
        key.write_text(self.key_pem)


def read_certificates(folder: Path) -> Certificates:
    """What `Certificates.write` laid down in `folder`."""
    node_pem = (folder / "node.pem").read_text()
    node = x509.load_pem_x509_certificate(node_pem.encode())
    return Certificates(
        ca_pem=(folder / "root-ca.pem").read_text(),
        certificate_pem=node_pem,
        key_pem=(folder / "node-key.pem").read_text(),
        fingerprint=node.fingerprint(hashes.SHA256()).hex(),
    )


def make_certificates(*, organisation: str = "LAMIS simulator", with_key_usage: bool = True) -> Certificates:
    """A fresh authority and a node certificate for `localhost` and 127.0.0.1.

    Without key usage the authority is one that newer Pythons refuse; for tests of that refusal.
    """
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca_name = _name(organisation, "root-ca")
    ca = _builder(ca_name, ca_name, ca_key.public_key())
    ca = ca.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    if with_key_usage:
        ca = ca.add_extension(_key_usage(is_ca=True), critical=True)
    ca_certificate = ca.sign(ca_key, hashes.SHA256())

    node_key = ec.generate_private_key(ec.SECP256R1())
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    node = _builder(_name(organisation, "node-1"), ca_name, node_key.public_key())
    node = node.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    node = node.add_extension(_key_usage(is_ca=False), critical=True)
    node = node.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    node = node.add_extension(x509.SubjectAlternativeName(names), critical=False)
    node = node.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
    )
    node_certificate = node.sign(ca_key, hashes.SHA256())
    return Certificates(
        ca_pem=_pem(ca_certificate),
        certificate_pem=_pem(node_certificate),
        key_pem=node_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
        fingerprint=node_certificate.fingerprint(hashes.SHA256()).hex(),
    )


def make_self_signed(*, organisation: str = "OPNsense", host: str = "firewall.example") -> Certificates:
    """A certificate that vouches for itself, for one DNS name alone and 397 days: by address it never fits.

    It is its own authority, so `ca_pem` is the certificate again.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(organisation, host)
    builder = _builder(name, name, key.public_key(), life=timedelta(days=397))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    builder = builder.add_extension(_key_usage(is_ca=True), critical=True)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    builder = builder.add_extension(usage, critical=False)
    names = x509.SubjectAlternativeName([x509.DNSName(host)])
    certificate = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex()
    return Certificates(_pem(certificate), _pem(certificate), private.decode(), fingerprint)


def _name(organisation: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, *, life: timedelta = _LIFE
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _key_usage(*, is_ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
