"""The client: nodes in turn, one deadline, bounded bodies, no redirects, no secrets in words."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from lamis.base import tls
from lamis.base.errors import BadAnswer, ConnectorError, Invalid, Unreachable
from lamis.base.http import BIG_BODIES, HttpClient, HttpOptions, TooLarge
from lamis.simulators.certificates import Certificates, make_certificates
from tests.base.wire import answer, listener, read_request, say, server_context
from tests.engines.waiting import PATIENCE_S

SECRET = "Sesame-open-99"
Client = Callable[..., HttpClient]


@pytest.fixture(scope="module")
def certificates() -> Certificates:
    return make_certificates()


@pytest.fixture
def client() -> Iterator[Client]:
    with ExitStack() as stack:

        def opened(*urls: str, transport: httpx.BaseTransport | None = None, **options: Any) -> HttpClient:
            made = HttpClient(HttpOptions(urls=urls, **options), transport=transport)
            stack.callback(made.close)
            return made

        yield opened


def ask(client: HttpClient, *, limit_bytes: int = 8 << 20) -> tuple[int, bytes]:
    with client.answer("GET", "/x", limit_bytes=limit_bytes) as found:
        return found.status, bytes(found.body)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_the_whole_body_comes_back(client: Client) -> None:
    with listener(say(answer(b"hello"))) as port:
        asked = client(f"http://127.0.0.1:{port}")
        assert ask(asked) == (200, b"hello")
        assert ask(asked) == (200, b"hello")
        assert asked.requests_made == 2


def test_the_next_node_is_tried_and_kept(client: Client) -> None:
    with listener(say(answer(b"two"))) as port:
        asked = client(f"http://127.0.0.1:{closed_port()}", f"http://127.0.0.1:{port}")
        assert ask(asked) == (200, b"two")
        assert asked.where == f"127.0.0.1:{port}"
        assert ask(asked) == (200, b"two")
        assert asked.requests_made == 3


@pytest.mark.parametrize(
    ("status", "expected"), [("503 No", b"other"), ("401 No", b"one"), ("403 No", b"one")]
)
def test_only_an_unready_node_hands_over_to_the_next(client: Client, status: str, expected: bytes) -> None:
    with listener(say(answer(b"one", status=status))) as first, listener(say(answer(b"other"))) as second:
        assert ask(client(f"http://127.0.0.1:{first}", f"http://127.0.0.1:{second}"))[1] == expected


def test_when_no_node_is_ready_its_answer_is_told(client: Client) -> None:
    with listener(say(answer(b"starting", status="503 No"))) as port:
        asked = client(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{closed_port()}")
        assert ask(asked) == (503, b"starting")


def test_a_refused_connection_is_named(client: Client) -> None:
    port = closed_port()
    with pytest.raises(Unreachable, match=rf"127\.0\.0\.1:{port} cannot be reached") as failure:
        ask(client(f"http://127.0.0.1:{port}"))
    assert failure.value.code == "unreachable"


def test_an_address_of_version_six_is_shown_in_brackets_and_no_number_of_an_error(client: Client) -> None:
    with pytest.raises(Unreachable) as failure:
        ask(client(f"http://[::1]:{closed_port()}"))
    assert failure.value.message.startswith("[::1]:")
    assert "Errno" not in failure.value.message


def test_a_redirect_is_an_answer_and_not_followed(client: Client) -> None:
    moved = answer(b"", status="302 Found", headers="Location: http://192.0.2.1/\r\n")
    with listener(say(moved)) as port:
        assert ask(client(f"http://127.0.0.1:{port}"))[0] == 302


@pytest.mark.slow
@pytest.mark.parametrize("part", ["head", "body"])
def test_a_slow_drip_ends_at_the_deadline(client: Client, part: str) -> None:
    ended = threading.Event()

    def drip(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(
            b"HTTP/1.1 200 OK\r\n" + (b"" if part == "head" else b"Content-Length: 99999\r\n\r\n")
        )
        while not ended.wait(0.02):
            connection.sendall(b"x")

    with listener(drip) as port:
        asked = client(f"http://127.0.0.1:{port}", total_timeout=timedelta(milliseconds=300))
        with pytest.raises(Unreachable, match="did not finish its answer") as failure:
            ask(asked)
        assert failure.value.code == "timeout"
        ended.set()


def test_half_an_answer_is_a_bad_one(client: Client) -> None:
    def half(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(answer(b"x" * 1000)[:-500])

    with listener(half) as port, pytest.raises(BadAnswer, match="half way"):
        ask(client(f"http://127.0.0.1:{port}"))


def test_a_closed_connection_is_named_after_one_more_try(client: Client) -> None:
    seen = []
    with listener(lambda connection: seen.append(read_request(connection))) as port:
        with pytest.raises(Unreachable, match="closed the connection"):
            ask(client(f"http://127.0.0.1:{port}"))
        assert len(seen) == 2


def test_what_does_not_speak_http_is_named(client: Client) -> None:
    spoken = say(b"220 mail.example ESMTP\r\n\r\n")
    with listener(spoken) as port, pytest.raises(BadAnswer, match="does not speak HTTP"):
        ask(client(f"http://127.0.0.1:{port}"))


def test_reading_stops_at_the_limit(client: Client) -> None:
    with listener(say(answer(b"x" * 5000))) as port:
        asked = client(f"http://127.0.0.1:{port}")
        with pytest.raises(TooLarge):
            ask(asked, limit_bytes=4999)
        assert ask(asked, limit_bytes=5000)[0] == 200


@pytest.mark.slow
def test_a_glance_ends_at_its_limit_or_where_the_far_side_stops(client: Client) -> None:
    short = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nonly this"
    zipped = answer(b"\x1f\x8b", headers="Content-Encoding: gzip\r\n")
    for said, body in ((answer(b"x" * 5000), b"x" * 100), (short, b"only this"), (zipped, b"\x1f\x8b")):
        with listener(say(said)) as port:
            asked = client(f"http://127.0.0.1:{port}")
            with asked.answer("GET", "/x", limit_bytes=100, cuts=True) as found:
                assert (found.status, bytes(found.body)) == (200, body)


def test_a_compressed_answer_that_was_not_asked_for_is_refused(client: Client) -> None:
    zipped = answer(b"\x1f\x8b", headers="Content-Encoding: gzip\r\n")
    with listener(say(zipped)) as port, pytest.raises(BadAnswer, match="compressed"):
        ask(client(f"http://127.0.0.1:{port}"))


@pytest.mark.slow
def test_only_four_large_bodies_are_held_at_once(client: Client) -> None:
    big = answer(b"x" * (2 << 20))
    waiting = threading.Event()
    with listener(say(big)) as port, ExitStack() as held:
        for _ in range(BIG_BODIES):
            held.enter_context(client(f"http://127.0.0.1:{port}").answer("GET", "/"))
        fifth = threading.Thread(target=lambda: (ask(client(f"http://127.0.0.1:{port}")), waiting.set()))
        fifth.start()
        assert not waiting.wait(0.3)
        held.close()
        assert waiting.wait(PATIENCE_S)
        fifth.join(PATIENCE_S)


@pytest.mark.parametrize(
    "url", ["ftp://192.0.2.1", "192.0.2.1:9200", "https://", "http://[::1", "https://xn--a:1"]
)
def test_an_address_that_is_none_is_refused_by_its_field(url: str) -> None:
    with pytest.raises(Invalid) as refusal:
        HttpClient(HttpOptions(urls=(url,)))
    assert refusal.value.field == "url"


def test_a_login_inside_the_url_is_used_and_never_shown(client: Client) -> None:
    seen = []

    def play(connection: socket.socket) -> None:
        seen.append(read_request(connection))

    with listener(play) as port:
        asked = client(f"http://me:{SECRET}@127.0.0.1:{port}")
        with pytest.raises(Unreachable) as failure:
            ask(asked)
    assert b"authorization: basic" in seen[0].lower()
    assert SECRET not in failure.value.message
    assert SECRET not in repr(HttpOptions(urls=(), password=SECRET, proxy=f"http://a:{SECRET}@192.0.2.1"))


def trusting(certificates: Certificates, **changes: Any) -> tls.TlsPolicy:
    return tls.policy(**({"ca_pem": certificates.ca_pem} | changes))


def test_tls_is_trusted_by_ca_by_fingerprint_or_not_at_all(
    client: Client, certificates: Certificates, tmp_path: Path
) -> None:
    with listener(say(answer(b"ok")), tls=server_context(certificates, tmp_path)) as port:
        url = f"https://127.0.0.1:{port}"
        for policy in (
            trusting(certificates),
            tls.policy(fingerprint=certificates.fingerprint),
            tls.policy(verify=False),
        ):
            with client(url, tls=policy).answer("GET", "/") as found:
                assert found.certificate is not None
                assert tls.fingerprint_of(found.certificate) == certificates.fingerprint


def test_the_certificate_of_a_far_side_that_closes_after_its_answer_is_known(
    client: Client, certificates: Certificates, tmp_path: Path
) -> None:
    closing = say(answer(b"ok", headers="Connection: close\r\n"))
    with listener(closing, tls=server_context(certificates, tmp_path)) as port:
        asked = client(f"https://127.0.0.1:{port}", tls=trusting(certificates))
        with asked.answer("GET", "/") as found:
            assert found.certificate is not None
        with asked.answer("GET", "/", limit_bytes=1, cuts=True) as glanced:
            assert glanced.certificate is not None


@pytest.mark.parametrize("trust", ["system", "other pin", "other ca"])
def test_a_certificate_that_is_not_trusted_is_shown_and_no_password_is_sent(
    client: Client, certificates: Certificates, tmp_path: Path, trust: str
) -> None:
    policy = {
        "system": tls.policy,
        "other pin": lambda: tls.policy(fingerprint="ab" * 32),
        "other ca": lambda: tls.policy(ca_pem=make_certificates().ca_pem),
    }[trust]()
    requests = []

    def play(connection: socket.socket) -> None:
        requests.append(read_request(connection))

    with listener(play, tls=server_context(certificates, tmp_path)) as port:
        asked = client(f"https://127.0.0.1:{port}", tls=policy, username="me", password=SECRET)
        with pytest.raises(Unreachable) as failure:
            ask(asked)
    assert failure.value.code == "tls_not_trusted"
    assert failure.value.permanent
    assert failure.value.details["fingerprint"] == certificates.fingerprint
    assert failure.value.details["names"] == ["localhost", "127.0.0.1"]
    assert certificates.fingerprint in failure.value.message
    assert not any(requests)


def test_plain_http_where_tls_was_expected_is_named(client: Client) -> None:
    def play(connection: socket.socket) -> None:
        connection.recv(64)
        connection.sendall(answer(b"", status="400 No"))

    with listener(play) as port, pytest.raises(Unreachable, match="ended the TLS handshake"):
        ask(client(f"https://127.0.0.1:{port}", connect_timeout=timedelta(seconds=1)))


def test_an_http_proxy_is_asked_to_connect_with_its_login(client: Client) -> None:
    seen = []

    def play(connection: socket.socket) -> None:
        seen.append(read_request(connection))
        connection.sendall(answer(b"by proxy"))

    with listener(play) as port:
        asked = client("http://indexer.example:9200", proxy=f"http://me:{SECRET}@127.0.0.1:{port}")
        assert ask(asked) == (200, b"by proxy")
    assert seen[0].startswith(b"GET http://indexer.example:9200/x")
    assert b"proxy-authorization" in seen[0].lower()


def test_a_proxy_that_refuses_is_named_without_its_login(client: Client) -> None:
    with listener(say(answer(b"", status="407 Login"))) as port:
        asked = client("https://indexer.example:9200", proxy=f"http://me:{SECRET}@127.0.0.1:{port}")
        with pytest.raises(Unreachable, match="proxy") as failure:
            ask(asked)
    assert SECRET not in failure.value.message


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_a_proxy_that_cannot_be_reached_is_named_as_one(client: Client, scheme: str) -> None:
    port = closed_port()
    asked = client("https://indexer.example:9200", proxy=f"{scheme}://127.0.0.1:{port}")
    with pytest.raises(Unreachable, match=rf"^The proxy 127\.0\.0\.1:{port} cannot be reached"):
        ask(asked)


def test_a_socks_proxy_is_given_the_name_of_the_host(client: Client) -> None:
    asked_for = []

    def play(connection: socket.socket) -> None:
        connection.recv(3)
        connection.sendall(b"\x05\x00")
        asked_for.append(connection.recv(64))
        connection.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
        read_request(connection)
        connection.sendall(answer(b"by socks"))

    with listener(play) as port:
        asked = client("http://indexer.example:9200", proxy=f"socks5://127.0.0.1:{port}")
        assert ask(asked) == (200, b"by socks")
    assert b"indexer.example" in asked_for[0]


def test_a_private_address_behind_a_proxy_is_refused_where_private_ones_are(client: Client) -> None:
    asked = client("http://10.0.0.1:9200", proxy="http://192.0.2.1:3128", may_reach_private=False)
    with pytest.raises(ConnectorError) as refusal:
        ask(asked)
    assert refusal.value.code == "address_not_allowed"
