"""Where outgoing connections may go, decided on the address after DNS, and how long they may take."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpcore
import httpx

from lamis.base.errors import ConnectorError, Invalid, Unreachable
from lamis.base.tls import TlsPolicy

Resolve = Callable[[str, int], list[str]]

_NAT64 = IPv6Network("64:ff9b::/96")


def why_not_public(address: IPv4Address | IPv6Address) -> str | None:
    """Why `address` is not one of the public internet; None where it is.

    Addresses that carry another one (IPv4-mapped, 6to4, NAT64) are judged by what they carry.
    """
    if isinstance(address, IPv6Address):
        carried = address.ipv4_mapped or address.sixtofour
        if carried is None and address in _NAT64:
            carried = IPv4Address(int(address) & 0xFFFFFFFF)
        if carried is not None:
            return why_not_public(carried)
    for kind in ("loopback", "link_local", "multicast", "unspecified", "reserved", "private"):
        if getattr(address, f"is_{kind}"):
            return kind.replace("_", "-")
    return None if address.is_global else "special-purpose"


def lookup(host: str, port: int) -> list[str]:
    """The addresses of `host` by the system's resolver, in its order. Raises OSError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # such as a label of more than 63 letters
        raise OSError(f"{host[:80]} is no name of a host") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Deadline:
    """A moment on the monotonic clock that every step of a request looks at."""

    def __init__(self) -> None:
        self._ends_at = float("inf")

    def start(self, length: timedelta) -> None:
        self._ends_at = time.monotonic() + length.total_seconds()

    def extend(self, seconds_s: float) -> None:
        """Move the end by time that was spent waiting for ourselves, not for the far side."""
        self._ends_at += seconds_s

    def left_s(self, at_most_s: float | None = None) -> float:
        """Seconds left, never below 0; `at_most_s` is a shorter limit of one step."""
        left = max(0.0, self._ends_at - time.monotonic())
        return left if at_most_s is None else min(left, at_most_s)


class GuardedStream(httpcore.NetworkStream):
    """A socket whose every read and write ends at the deadline, and whose certificate is judged."""

    def __init__(self, inner: httpcore.NetworkStream, *, tls: TlsPolicy, deadline: Deadline) -> None:
        self._inner = inner
        self._tls = tls
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = self._deadline.left_s(timeout)
        if left <= 0:
            raise httpcore.ReadTimeout("deadline")
        return self._inner.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        left = self._deadline.left_s(timeout)
        if left <= 0:
            raise httpcore.WriteTimeout("deadline")
        self._inner.write(buffer, left)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left_s(timeout) or 0.001)
        if ssl_context is self._tls.context:
            try:
                self._tls.judge(secured.get_extra_info("ssl_object").getpeercert(True))
            except BaseException:
                secured.close()
                raise
        return GuardedStream(secured, tls=self._tls, deadline=self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class GuardedBackend(httpcore.NetworkBackend):
    """Opens sockets to addresses that were looked at after DNS; the name is not resolved again."""

    def __init__(
        self,
        *,
        tls: TlsPolicy,
        may_reach_private: bool,
        deadline: Deadline,
        resolve: Resolve = lookup,
        leads_to_proxy: bool = False,
    ):
        self._tls = tls
        self._may_reach_private = may_reach_private
        self._deadline = deadline
        self._resolve = resolve
        self._leads_to_proxy = leads_to_proxy
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        where = self._named(host, port)
        ends_at = time.monotonic() + self._deadline.left_s(timeout)
        addresses = self._addresses(host, port, timeout_s=ends_at - time.monotonic())
        failure: Exception | None = None
        for address in addresses:
            left_s = ends_at - time.monotonic()
            if left_s <= 0:
                break
            try:
                stream = self._sockets.connect_tcp(address, port, left_s, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return GuardedStream(stream, tls=self._tls, deadline=self._deadline)
        if isinstance(failure, httpcore.ConnectError):
            reason = getattr(failure.__cause__, "strerror", None) or str(failure)
            raise Unreachable(
                f"{where} cannot be reached ({reason}); check host, port, firewall and that it runs.",
                code="unreachable",
            ) from failure
        raise Unreachable(
            f"{where} did not take the connection in time; check host, port and firewall.", code="timeout"
        ) from failure

    def _addresses(self, host: str, port: int, *, timeout_s: float) -> list[str]:
        try:
            found = [str(ip_address(host.strip("[]")))]
        except ValueError:
            found = _resolve_within(self._resolve, host, port, timeout_s=timeout_s)
        if not self._may_reach_private:
            for address in found:
                refuse_private(address, where=self._named(host, port))
        return found

    def _named(self, host: str, port: int) -> str:
        plain = host.strip("[]")
        where = f"[{plain}]:{port}" if ":" in plain else f"{plain}:{port}"
        return f"The proxy {where}" if self._leads_to_proxy else where


def refuse_private(address: str, *, where: str) -> None:
    """Raise unless `address` is public; one private answer of DNS spoils the whole name."""
    if reason := why_not_public(ip_address(address.partition("%")[0])):
        raise ConnectorError(
            f"{where} is a {reason} address, which this connection may not reach; ask an operator.",
            code="address_not_allowed",
            permanent=True,
        )


def _resolve_within(resolve: Resolve, host: str, port: int, *, timeout_s: float) -> list[str]:
    """Resolve in a thread of its own, because the system's resolver knows no timeout."""
    result: list[list[str] | OSError] = []

    def work() -> None:
        try:
            result.append(resolve(host, port))
        except (OSError, UnicodeError) as error:
            result.append(error if isinstance(error, OSError) else OSError(str(error)))

    thread = threading.Thread(target=work, name="lamis-dns", daemon=True)
    thread.start()
    thread.join(timeout_s)
    if not result:
        raise Unreachable(f"The name {host} was not resolved in time; check the DNS server.", code="timeout")
    if isinstance(result[0], OSError) or not result[0]:
        raise Unreachable(
            f"The name {host} has no address; check its spelling and the DNS server.", code="unreachable"
        )
    return result[0]


class GuardedTransport(httpx.HTTPTransport):
    """httpx's transport over a pool whose sockets are guarded."""

    def __init__(
        self,
        *,
        tls: TlsPolicy,
        deadline: Deadline,
        proxy: str | None = None,
        may_reach_private: bool = True,
        resolve: Resolve = lookup,
    ) -> None:
        super().__init__(verify=tls.context, trust_env=False)
        backend = GuardedBackend(
            tls=tls,
            may_reach_private=may_reach_private,
            deadline=deadline,
            resolve=resolve,
            leads_to_proxy=bool(proxy),
        )
        self._pool = _pool(proxy, tls.context, backend)


def _pool(proxy: str | None, context: ssl.SSLContext, backend: GuardedBackend) -> httpcore.ConnectionPool:
    if not proxy:
        return httpcore.ConnectionPool(ssl_context=context, max_connections=4, network_backend=backend)
    url = _proxy_url(proxy)
    place = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/")
    login = (url.username.encode(), url.password.encode()) if url.username else None
    kind = httpcore.SOCKSProxy if url.scheme.startswith("socks5") else httpcore.HTTPProxy
    return kind(place, proxy_auth=login, ssl_context=context, max_connections=4, network_backend=backend)


def _proxy_url(proxy: str) -> httpx.URL:
    try:
        url = httpx.URL(proxy)
        host = url.host
    except (httpx.InvalidURL, UnicodeError) as error:
        raise Invalid("The proxy is not a URL.", field="proxy") from error
    if url.scheme not in {"http", "https", "socks5", "socks5h"} or not host:
        raise Invalid("The proxy must be an http, https or socks5 URL.", field="proxy")
    return url
