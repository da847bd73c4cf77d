"""Requests to one OPNsense, and what its refusals mean."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

import httpx
import msgspec

from lamis.base.egress import Resolve, lookup
from lamis.base.errors import BadAnswer, Invalid
from lamis.base.gist import gist
from lamis.base.http import Answer, HttpClient
from lamis.connections.types import Endpoint, TestCode
from lamis.connectors.opnsense.refusals import refusal
from lamis.connectors.reaching import http_options

_Shape = TypeVar("_Shape")

# A table of a million entries is about 40 MB of JSON.
_LIMIT_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait: changes queue up at the box, and reloading its rules takes minutes on a slow one."""

    call: timedelta = timedelta(seconds=30)
    reload: timedelta = timedelta(seconds=180)


class NodeClient:
    """Sends requests to one box. Not shared between threads."""

    def __init__(
        self,
        endpoint: Endpoint,
        url: str,
        *,
        patience: Patience | None = None,
        transport: httpx.BaseTransport | None = None,
        resolve: Resolve = lookup,
    ) -> None:
        """Raises Invalid where the address is not https or the endpoint cannot be used."""
        base = url.strip().rstrip("/").removesuffix("/api")
        if not base.lower().startswith("https://"):
            raise Invalid("The address of a firewall must begin with https://.", field="url")
        waits = patience or Patience(call=max(endpoint.read_timeout, Patience().call))
        options = replace(http_options(endpoint), urls=(base,), total_timeout=waits.call)
        self._usual = HttpClient(options, transport=transport, resolve=resolve)
        self._patient: HttpClient | None = None
        self._make_patient: Callable[[], HttpClient] = partial(
            HttpClient, replace(options, total_timeout=waits.reload), transport=transport, resolve=resolve
        )
        self.certificate: bytes | None = None

    @property
    def where(self) -> str:
        return self._usual.where

    def close(self) -> None:
        self._usual.close()
        if self._patient is not None:
            self._patient.close()

    def get(self, path: str, shape: type[_Shape]) -> _Shape:
        """`GET /api/…`, decoded."""
        found: _Shape = self._ask("GET", path, None, shape)
        return found

    def post(self, path: str, body: Mapping[str, Any], shape: type[_Shape]) -> _Shape:
        """`POST /api/…` with a JSON object, decoded."""
        found: _Shape = self._ask("POST", path, body, shape)
        return found

    def reload(self, path: str) -> Any:
        """`POST /api/…` of what makes the box load its configuration: that may take minutes."""
        self._patient = self._patient or self._make_patient()
        return self._ask("POST", path, {}, Any, client=self._patient)

    def _ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        shape: type[_Shape] | Any,
        *,
        client: HttpClient | None = None,
    ) -> Any:
        sent = None if body is None else msgspec.json.encode(body)
        asked = (client or self._usual).answer(method, f"/api/{path}", body=sent, limit_bytes=_LIMIT_BYTES)
        with asked as answer:
            self.certificate = answer.certificate
            if answer.status != 200:
                raise refusal(answer, path)
            return _decoded(answer, path, shape)


def _decoded(answer: Answer, path: str, shape: type[_Shape] | Any) -> Any:
    """The value of a good answer; a body without anything is null. Raises BadAnswer."""
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if answer.body and kind != "application/json":
        raise BadAnswer(
            f"{answer.where} answers, but not as an OPNsense's API: it sent {gist(answer)}. Give the address "
            "of the firewall's own web interface.",
            code=TestCode.NOT_A_FIREWALL,
            details={"status": answer.status},
        )
    try:
        return msgspec.json.decode(answer.body or b"null", type=shape, strict=False)  # numbers as texts
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise BadAnswer(
            f"{answer.where} answered {path.partition('?')[0]} in a way that is not known ({gist(answer)}).",
            code=TestCode.UNEXPECTED_ANSWER,
            details={"status": answer.status},
        ) from error
