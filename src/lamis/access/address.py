"""Where a request really comes from; a proxy's word counts only when the proxy is trusted."""

import ipaddress

from starlette.requests import HTTPConnection

from lamis.base.errors import Invalid
from lamis.base.settings import Settings


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches `host`; a name other than localhost counts as reachable."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_trusted_proxy(settings: Settings) -> None:
    """Raise Invalid at the start when the trusted proxy is neither an address nor a network."""
    if settings.trusted_proxy is not None:
        _network(settings.trusted_proxy)


def client_address(request: HTTPConnection, settings: Settings) -> str:
    """The caller's address: the peer's, or what the trusted proxy says of its own peer."""
    peer = request.client.host if request.client else "unknown"
    if not _is_trusted(peer, settings):
        return peer
    claimed = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",")]
    # From the right: the last entry that is not the proxy itself was written by the proxy.
    return next((part for part in reversed(claimed) if part and not _is_trusted(part, settings)), peer)


def is_https(request: HTTPConnection, settings: Settings) -> bool:
    """Whether the caller's browser speaks HTTPS, here or to the trusted proxy."""
    peer = request.client.host if request.client else ""
    if _is_trusted(peer, settings) and (claimed := request.headers.get("x-forwarded-proto")):
        return claimed.split(",")[-1].strip().lower() == "https"
    return request.url.scheme == "https"


def _is_trusted(address: str, settings: Settings) -> bool:
    if settings.trusted_proxy is None:
        return False
    try:
        return ipaddress.ip_address(address) in _network(settings.trusted_proxy)
    except ValueError:
        return False


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise Invalid(
            f"LAMIS_TRUSTED_PROXY is {text!r}; give an address or a network such as 192.0.2.0/24.",
            field="LAMIS_TRUSTED_PROXY",
        ) from error
