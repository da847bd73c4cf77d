"""Our own HTTP client: guarded addresses, judged certificates, bounded time and bounded bodies.

It never follows redirects, never reads proxies or credentials from the environment, and names hosts only
in its errors: user names, passwords, headers and bodies stay out of messages and logs.
"""

import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from urllib.parse import quote

import httpx

from lamis.base import tls as tls_
from lamis.base.egress import Deadline, GuardedTransport, Resolve, lookup, refuse_private
from lamis.base.errors import BadAnswer, ConnectorError, Invalid, Unreachable

SMALL_BODY_BYTES = 1 << 20
BIG_BODY_BYTES = 8 << 20
# Bodies beyond 1 MB wait for one of four places, those beyond 8 MB for a single one, kept until the caller
# is done with the answer: the memory of collecting stays bounded however many sources are behind.
BIG_BODIES = 4
_BIG = threading.BoundedSemaphore(BIG_BODIES)
_HUGE = threading.BoundedSemaphore(1)
_NOT_READY = frozenset({502, 503, 504})


class TooLarge(BadAnswer):
    """The body passed the limit; reading stopped there."""


@dataclass(frozen=True, slots=True)
class HttpOptions:
    """How to reach one outside system. `urls` are its nodes, the first answering one is used.

    `username` and `password` are sent as basic authentication; those inside a URL count where these
    are empty. `proxy` is an `http://`, `https://` or `socks5://` URL.
    """

    urls: tuple[str, ...]
    username: str = ""
    password: str = field(default="", repr=False)
    tls: tls_.TlsPolicy | None = None
    proxy: str | None = field(default=None, repr=False)
    connect_timeout: timedelta = timedelta(seconds=3)
    total_timeout: timedelta = timedelta(seconds=30)
    may_reach_private: bool = True


@dataclass(slots=True)
class Answer:
    """A whole answer; `where` is the host and port that gave it, `certificate` its DER over TLS."""

    status: int
    headers: httpx.Headers
    body: bytearray
    where: str
    certificate: bytes | None = None


@dataclass(frozen=True, slots=True)
class _Limit:
    size_bytes: int
    cuts: bool


@dataclass(frozen=True, slots=True)
class _Node:
    base: str
    where: str
    host: str
    is_tls: bool


def node_of(text: str) -> tuple[_Node, tuple[str, str]]:
    """A node and the login inside its URL. Raises Invalid where no request can be made to it."""
    try:
        url = httpx.URL(text.strip())
        host = url.host
    except (httpx.InvalidURL, UnicodeError) as error:  # UnicodeError: a host that is no punycode
        raise Invalid("The address is not a URL.", field="url") from error
    if url.scheme not in {"http", "https"} or not host:
        raise Invalid("The address must begin with https:// or http:// and name a host.", field="url")
    port = url.port or (443 if url.scheme == "https" else 80)
    shown = f"[{host}]" if ":" in host else host
    path = url.path.rstrip("/")
    base = f"{url.scheme}://{shown}:{port}{quote(path, safe='/')}"
    return _Node(base, f"{shown}:{port}", host, url.scheme == "https"), (
        url.username,
        url.password,
    )


class HttpClient:
    """A client of one outside system with its own pool. Not shared between threads."""

    def __init__(
        self, options: HttpOptions, *, transport: httpx.BaseTransport | None = None, resolve: Resolve = lookup
    ) -> None:
        """`transport` replaces the network in tests. Raises Invalid for unusable addresses."""
        if not options.urls:
            raise Invalid("An address is needed.", field="url")
        parsed = [node_of(url) for url in options.urls]
        self._nodes = [node for node, _ in parsed]
        self._current = 0
        self._options = options
        self._resolve = resolve
        self._deadline = Deadline()
        self._policy = options.tls or tls_.policy()
        login = (options.username, options.password)
        if not options.username:
            login = next((inside for _, inside in parsed if inside[0]), ("", ""))
        connect_s = options.connect_timeout.total_seconds()
        self._client = httpx.Client(
            transport=transport or self._transport(self._policy, self._deadline),
            auth=httpx.BasicAuth(*login) if login[0] else None,
            timeout=httpx.Timeout(options.total_timeout.total_seconds(), connect=connect_s),
            headers={"User-Agent": "LAMIS", "Accept": "application/json", "Accept-Encoding": "identity"},
            trust_env=False,
            follow_redirects=False,
        )
        self.requests_made = 0

    @property
    def where(self) -> str:
        """Host and port of the node that is used now, for messages."""
        return self._nodes[self._current].where

    @contextmanager
    def answer(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        limit_bytes: int = BIG_BODY_BYTES,
        headers: Mapping[str, str] | None = None,
        cuts: bool = False,
    ) -> Iterator[Answer]:
        """The answer to one request; its memory is accounted for until the block ends.

        `cuts` is for who wants the status and only glances at the body: it ends at `limit_bytes`, or where
        the far side stops, without an error.

        The next node is tried when one cannot be reached or says 502, 503 or 504. A redirect is an
        answer as it is. Raises Unreachable, BadAnswer, TooLarge, ConnectorError (address not allowed).
        """
        self._deadline.start(self._options.total_timeout)
        with _Places(self._deadline) as places:
            limit = _Limit(limit_bytes, cuts)
            yield self._first_answer(method, path, body, headers or {}, limit, places)

    def close(self) -> None:
        self._client.close()

    def _first_answer(
        self,
        method: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
        limit: "_Limit",
        places: "_Places",
    ) -> Answer:
        kept: Answer | ConnectorError | None = None
        count = len(self._nodes)
        for attempt in range(count):
            place = (self._current + attempt) % count
            node = self._nodes[place]
            try:
                answer = self._ask(node, method, path, body, headers, limit, places)
            except Unreachable as error:
                kept = kept or error
                if self._deadline.left_s() <= 0:
                    break
                continue
            if answer.status not in _NOT_READY:
                self._current = place
                return answer
            kept = answer
        if isinstance(kept, Answer):
            return kept
        assert kept is not None
        raise kept

    def _ask(
        self,
        node: _Node,
        method: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
        limit: "_Limit",
        places: "_Places",
    ) -> Answer:
        self._refuse_literal(node)
        sent = dict(headers) | ({"Content-Type": "application/json"} if body is not None else {})
        request = self._client.build_request(method, node.base + path, content=body, headers=sent)
        self.requests_made += 1
        try:
            response = self._send(request)
        except (httpx.TransportError, tls_.PinMismatch) as error:
            raise self._failure(node, error) from error
        except UnicodeError as error:  # httpx reads where a redirect leads, though it is not followed
            raise BadAnswer(
                f"{node.where} redirects to an address that is none; give the system's own address.",
                code="unexpected_answer",
            ) from error
        certificate = _certificate(response)  # now: a far side that closes takes it along
        try:
            if limit.cuts:
                came = self._glance(response, limit.size_bytes)
            else:
                came = self._read(node, response, limit.size_bytes, places)
        finally:
            response.close()
        return Answer(response.status_code, response.headers, came, node.where, certificate)

    def _send(self, request: httpx.Request) -> httpx.Response:
        """Send; once more where a kept connection turned out to be closed by the far side."""
        try:
            return self._client.send(request, stream=True)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            return self._client.send(request, stream=True)

    def _read(self, node: _Node, response: httpx.Response, limit_bytes: int, places: "_Places") -> bytearray:
        if response.headers.get("content-encoding", "identity") not in {"identity", ""}:
            raise BadAnswer(
                f"{node.where} sent a compressed answer that was not asked for.", code="unexpected_answer"
            )
        body = bytearray()
        try:
            for chunk in response.iter_raw():
                if len(body) + len(chunk) > limit_bytes:
                    raise TooLarge(
                        f"{node.where} sent more than {limit_bytes >> 20} MB in one answer.",
                        code="unexpected_answer",
                    )
                places.make_room(len(body) + len(chunk))
                body += chunk
                if self._deadline.left_s() <= 0:
                    raise self._too_slow(node)
        except httpx.TimeoutException as error:
            raise self._too_slow(node) from error
        except httpx.TransportError as error:
            raise BadAnswer(
                f"{node.where} ended its answer half way; it is asked again later.", code="unexpected_answer"
            ) from error
        return body

    def _glance(self, response: httpx.Response, limit_bytes: int) -> bytearray:
        """What comes of the body in the time and size that are left."""
        body = bytearray()
        with suppress(httpx.TransportError):
            for chunk in response.iter_raw():
                body += chunk[: limit_bytes - len(body)]
                if len(body) >= limit_bytes or self._deadline.left_s() <= 0:
                    break
        return body

    def _refuse_literal(self, node: _Node) -> None:
        """A proxy resolves names itself; an address written in the URL is judged here all the same."""
        if self._options.proxy and not self._options.may_reach_private:
            with suppress(ValueError):
                refuse_private(node.host, where=node.where)

    def _too_slow(self, node: _Node) -> Unreachable:
        limit_s = self._options.total_timeout.total_seconds()
        return Unreachable(
            f"{node.where} did not finish its answer within {limit_s:g} s; look at its load.", code="timeout"
        )

    def _failure(self, node: _Node, error: Exception) -> ConnectorError:
        if isinstance(error, tls_.PinMismatch):
            return self._not_trusted(node, "it is not the pinned one")
        if (tls_error := tls_.error_behind(error)) is not None:
            if isinstance(tls_error, ssl.SSLCertVerificationError):
                return self._not_trusted(node, tls_error.verify_message or "verification failed")
            return Unreachable(
                f"{node.where} ended the TLS handshake ({tls_error.reason or 'no reason given'}); "
                "is it plain http, or does it want a client certificate?",
                code="tls_not_trusted",
                permanent=True,
            )
        if isinstance(error, httpx.ConnectTimeout):
            return Unreachable(
                f"{node.where} did not take the connection in time; check host, port and firewall.",
                code="timeout",
            )
        if isinstance(error, httpx.TimeoutException):
            return self._too_slow(node)
        if isinstance(error, httpx.ProxyError):
            return Unreachable(
                f"The proxy did not connect to {node.where} ({error}); check its address and login.",
                code="unreachable",
            )
        if isinstance(error, httpx.RemoteProtocolError) and "disconnected" not in str(error):
            return BadAnswer(
                f"{node.where} does not speak HTTP; check host and port.", code="unexpected_answer"
            )
        hint = "" if node.is_tls else "; does it want https?"
        return Unreachable(f"{node.where} closed the connection without an answer{hint}", code="unreachable")

    def _not_trusted(self, node: _Node, why: str) -> ConnectorError:
        """Show what the far side presents, fetched without sending any request."""
        presented = self._presented_certificate(node)
        details = dict(tls_.describe(presented)) if presented else {}
        return Unreachable(
            f"The certificate of {node.where} is not trusted: {why.rstrip('.')}. "
            f"It is for {_listed(details)} with SHA-256 fingerprint "
            f"{details.get('fingerprint', 'unknown')}; pin it or give its CA.",
            code="tls_not_trusted",
            permanent=True,
            details=details,
        )

    def _transport(self, policy: tls_.TlsPolicy, deadline: Deadline) -> GuardedTransport:
        return GuardedTransport(
            tls=policy,
            deadline=deadline,
            proxy=self._options.proxy,
            may_reach_private=self._options.may_reach_private,
            resolve=self._resolve,
        )

    def _presented_certificate(self, node: _Node) -> bytes | None:
        """The DER certificate that `node` shows, trusted or not; None where none came.

        The connection ends right after the handshake: no request and no password is sent.
        """
        caught: list[bytes] = []

        def catch(der: bytes) -> None:
            caught.append(der)
            raise _Caught

        deadline = Deadline()
        deadline.start(self._options.connect_timeout * 2)
        transport = self._transport(tls_.TlsPolicy(tls_.unverifying_context(), catch), deadline)
        request = httpx.Request("GET", node.base + "/", extensions={"timeout": {"connect": 3.0, "read": 3.0}})
        with suppress(_Caught, httpx.HTTPError, ConnectorError), transport:
            transport.handle_request(request)
        return caught[0] if caught else None


class _Caught(Exception):
    """Ends a handshake whose certificate was wanted."""


class _Places:
    """The places a growing body holds; given back when the caller is done with it."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._held: list[threading.BoundedSemaphore] = []

    def make_room(self, size_bytes: int) -> None:
        """Wait for room for a body of `size_bytes`; the wait does not count against the far side."""
        if size_bytes > SMALL_BODY_BYTES and not self._held:
            self._take(_BIG)
        if size_bytes > BIG_BODY_BYTES and len(self._held) < 2:
            self._take(_HUGE)

    def _take(self, semaphore: threading.BoundedSemaphore) -> None:
        began = time.monotonic()
        semaphore.acquire()
        self._held.append(semaphore)
        self._deadline.extend(time.monotonic() - began)

    def __enter__(self) -> "_Places":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._held:
            self._held.pop().release()


def _certificate(response: httpx.Response) -> bytes | None:
    stream = response.extensions.get("network_stream")
    secured = stream.get_extra_info("ssl_object") if stream is not None else None
    return secured.getpeercert(True) if secured is not None else None


def _listed(details: Mapping[str, object]) -> str:
    names = details.get("names")
    if isinstance(names, list) and names:
        return ", ".join(map(str, names[:5]))
    return str(details.get("subject", "an unknown name"))
