"""Where a request comes from."""

import pytest
from starlette.requests import Request

from lamis.access.address import check_trusted_proxy, client_address, is_https, is_loopback
from lamis.base.errors import Invalid
from lamis.base.settings import Settings

PROXY = "192.0.2.1"


def request(peer: str, *, scheme: str = "http", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request(
        {
            "type": "http",
            "scheme": scheme,
            "path": "/",
            "headers": raw,
            "client": (peer, 1),
            "server": ("h", 80),
        }
    )


def settings(proxy: str | None = None) -> Settings:
    return Settings(_env_file=None, trusted_proxy=proxy)


@pytest.mark.parametrize(
    ("proxy", "peer", "forwarded", "address"),
    [
        (None, "198.51.100.7", "203.0.113.9", "198.51.100.7"),
        (PROXY, "198.51.100.7", "203.0.113.9", "198.51.100.7"),
        (PROXY, PROXY, "203.0.113.9", "203.0.113.9"),
        (PROXY, PROXY, "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        (PROXY, PROXY, f"203.0.113.9, {PROXY}", "203.0.113.9"),
        (PROXY, PROXY, "", PROXY),
        (PROXY, PROXY, " , ", PROXY),
        ("192.0.2.0/24", "192.0.2.77", "203.0.113.9", "203.0.113.9"),
    ],
)
def test_only_the_trusted_proxys_own_word_counts(
    proxy: str | None, peer: str, forwarded: str, address: str
) -> None:
    assert client_address(request(peer, x_forwarded_for=forwarded), settings(proxy)) == address


def test_https_is_what_the_browser_speaks() -> None:
    assert is_https(request("198.51.100.7", scheme="https"), settings())
    assert not is_https(request("198.51.100.7", x_forwarded_proto="https"), settings(PROXY))
    assert is_https(request(PROXY, x_forwarded_proto="https"), settings(PROXY))
    assert not is_https(request(PROXY, scheme="https", x_forwarded_proto="http"), settings(PROXY))
    assert is_https(request(PROXY, scheme="https"), settings(PROXY))


@pytest.mark.parametrize(
    ("host", "is_own"),
    [
        *((host, True) for host in ("127.0.0.1", "127.9.9.9", "::1", "localhost")),
        *((host, False) for host in ("0.0.0.0", "::", "192.0.2.1", "lamis.example", "")),
    ],
)
def test_only_this_machine_reaches_loopback(host: str, is_own: bool) -> None:
    assert is_loopback(host) is is_own


def test_a_proxy_that_is_no_address_is_told_with_its_cure() -> None:
    check_trusted_proxy(settings())
    check_trusted_proxy(settings("2001:db8::/64"))
    with pytest.raises(Invalid, match="give an address or a network"):
        check_trusted_proxy(settings("proxy.example"))
