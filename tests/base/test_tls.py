"""Trust policies and what certificates say."""

import ssl
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from lamis.base import tls
from lamis.base.errors import Invalid, Unreachable
from lamis.base.http import HttpClient, HttpOptions
from lamis.simulators.certificates import Certificates, make_certificates
from tests.base.wire import answer, listener, say, server_context
from tests.engines.certificates import Authority


@pytest.fixture(scope="module")
def certificates() -> Certificates:
    return make_certificates()


def der(certificates: Certificates) -> bytes:
    return x509.load_pem_x509_certificate(certificates.certificate_pem.encode()).public_bytes(Encoding.DER)


def test_a_fingerprint_is_taken_in_any_usual_spelling() -> None:
    plain = "0123456789abcdef" * 4
    pairs = ":".join(plain[place : place + 2] for place in range(0, 64, 2)).upper()
    assert {tls.clean_fingerprint(text) for text in (plain, pairs, f" SHA256:{pairs} ")} == {plain}


@pytest.mark.parametrize("text", ["", "ab", "zz" * 32, "ab" * 20])
def test_what_is_no_sha256_fingerprint_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        tls.clean_fingerprint(text)
    assert refusal.value.field == "fingerprint"


def test_a_certificate_tells_its_names_and_fingerprint(certificates: Certificates) -> None:
    told = tls.describe(der(certificates))
    assert told["fingerprint"] == certificates.fingerprint
    assert told["names"] == ["localhost", "127.0.0.1"]
    assert "CN=node-1" in str(told["subject"])
    assert "CN=root-ca" in str(told["issuer"])
    assert str(told["valid_until"]).endswith("Z")
    assert told["is_self_signed"] is False


def test_bytes_that_are_no_certificate_still_have_a_fingerprint() -> None:
    told = tls.describe(b"nonsense")
    assert told == {"fingerprint": tls.fingerprint_of(b"nonsense"), "names": []}


def test_a_ca_without_key_usage_is_named(certificates: Certificates) -> None:
    assert tls.ca_weakness(None) is None
    assert tls.ca_weakness(certificates.ca_pem) is None
    assert "no key usage" in str(tls.ca_weakness(make_certificates(with_key_usage=False).ca_pem))
    assert "keyCertSign" in str(tls.ca_weakness(certificates.certificate_pem))
    assert "PEM" in str(tls.ca_weakness("nonsense"))


def test_without_a_choice_the_system_is_trusted_and_names_are_checked() -> None:
    context = tls.policy().context
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"ca_pem": "nonsense"}, "ca_file"),
        ({"fingerprint": "nonsense"}, "fingerprint"),
        ({"client_cert_pem": "nonsense", "client_key_pem": "nonsense"}, "client_cert"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_field(given: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        tls.policy(**given)  # type: ignore[arg-type]
    assert refusal.value.field == field


@pytest.fixture
def people() -> Authority:
    """Who signs the certificates of clients."""
    return Authority("People CA")


@pytest.fixture
def strict_port(certificates: Certificates, people: Authority, tmp_path: Path) -> Iterator[int]:
    """A server that wants a client certificate."""
    context = server_context(certificates, tmp_path, client_ca_pem=people.ca_pem)
    with listener(say(answer(b"known")), tls=context) as port:
        yield port


def test_a_client_certificate_is_presented_and_leaves_no_file(
    certificates: Certificates,
    people: Authority,
    strict_port: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(empty))
    mine = people.sign("me")
    policy = tls.policy(
        ca_pem=certificates.ca_pem,
        client_cert_pem=mine.certificate_pem.decode(),
        client_key_pem=mine.key_pem.decode(),
    )
    assert not list(empty.iterdir())
    client = HttpClient(HttpOptions(urls=(f"https://127.0.0.1:{strict_port}",), tls=policy))
    with client.answer("GET", "/") as found:
        assert bytes(found.body) == b"known"
    client.close()


def test_a_missing_client_certificate_is_named(certificates: Certificates, strict_port: int) -> None:
    policy = tls.policy(ca_pem=certificates.ca_pem)
    client = HttpClient(HttpOptions(urls=(f"https://127.0.0.1:{strict_port}",), tls=policy))
    with pytest.raises(Unreachable, match="client certificate"), client.answer("GET", "/"):
        pass
    client.close()


def test_where_nothing_is_verified_no_store_is_read() -> None:
    for made in (tls.policy(verify=False), tls.policy(fingerprint="ab" * 32)):
        assert made.context.verify_mode is ssl.CERT_NONE
        assert not made.context.check_hostname
        assert made.context.cert_store_stats()["x509"] == 0
