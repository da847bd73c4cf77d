"""Requests to one Wazuh indexer, and what its refusals mean."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from lamis.base import tls
from lamis.base.egress import Resolve, lookup
from lamis.base.errors import AuthFailed, BadAnswer, ConnectorError, Refused
from lamis.base.gist import gist
from lamis.base.http import BIG_BODY_BYTES, Answer, HttpClient
from lamis.connections.types import Endpoint, TestCode
from lamis.connectors.reaching import http_options
from lamis.connectors.wazuh.answers import Failure, PointInTime, Root, Search, vouched

_Shape = TypeVar("_Shape")

_BUSY_TYPES = frozenset(
    {
        "circuit_breaking_exception",
        "rejected_execution_exception",
        "es_rejected_execution_exception",
        "open_search_rejected_execution_exception",
        "task_cancelled_exception",
        "timeout_exception",
    }
)
_STARTING_TYPES = frozenset({"cluster_block_exception", "no_shard_available_action_exception"})
_BUSY_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(minutes=1)


class TooDeep(BadAnswer):
    """An answer nested deeper (about 1,000 levels) than it can be taken apart."""


class IndexClosed(BadAnswer):
    """An index that is asked for by its exact name is there, but closed; patterns pass over it."""


class IndexerClient:
    """Sends requests to one indexer. Not shared between threads."""

    def __init__(
        self, endpoint: Endpoint, *, transport: httpx.BaseTransport | None = None, resolve: Resolve = lookup
    ) -> None:
        self.ca_weakness = tls.ca_weakness(endpoint.trust.ca_pem)
        self.certificate: bytes | None = None
        self._http = HttpClient(http_options(endpoint), transport=transport, resolve=resolve)

    @property
    def where(self) -> str:
        return self._http.where

    @property
    def requests_made(self) -> int:
        return self._http.requests_made

    def close(self) -> None:
        self._http.close()

    def root(self) -> Root:
        """`GET /`. Raises BadAnswer `not_an_indexer` where something else answers."""
        with self._request("GET", "/") as answer:
            try:
                root = msgspec.json.decode(answer.body, type=Root)
            except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
                root = None
            if root is None or not (root.cluster_uuid or root.tagline or root.version.lucene_version):
                raise BadAnswer(
                    f"{answer.where} answers, but it is not a Wazuh indexer (OpenSearch); "
                    f"it says {gist(answer)}. Give the indexer's address, usually port 9200.",
                    code=TestCode.NOT_AN_INDEXER,
                    details={"status": answer.status},
                )
            return root

    @contextmanager
    def search(
        self,
        pattern: str,
        body: Mapping[str, Any],
        *,
        limit_bytes: int = BIG_BODY_BYTES,
        scroll: str | None = None,
    ) -> Iterator[tuple[Search, Answer]]:
        """A vouched search of `pattern` and the answer whose bytes its hits point into."""
        keep = f"&scroll={scroll}" if scroll else ""
        path = f"/{quote(pattern, safe='*,-')}/_search?allow_partial_search_results=false{keep}"
        with self._request("POST", path, body, limit_bytes=limit_bytes) as answer:
            yield vouched(self._decode(answer, Search), where=answer.where), answer

    @contextmanager
    def go_on(self, scroll_id: str, *, scroll: str) -> Iterator[tuple[Search, Answer]]:
        """The next page of a scroll; a page that is lost on the way is gone for good."""
        body = {"scroll": scroll, "scroll_id": scroll_id}
        with self._request("POST", "/_search/scroll", body) as answer:
            yield vouched(self._decode(answer, Search), where=answer.where), answer

    def end_scroll(self, scroll_id: str) -> None:
        with self._request("DELETE", "/_search/scroll", {"scroll_id": [scroll_id]}):
            pass

    def open_point_in_time(self, pattern: str) -> PointInTime:
        path = f"/{quote(pattern, safe='*,-')}/_search/point_in_time"
        options = "?keep_alive=10s&allow_partial_pit_creation=false"
        with self._request("POST", path + options) as answer:
            return self._decode(answer, PointInTime)

    def close_point_in_time(self, pit_id: str) -> None:
        with self._request("DELETE", "/_search/point_in_time", {"pit_id": [pit_id]}):
            pass

    @contextmanager
    def _request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        limit_bytes: int = BIG_BODY_BYTES,
    ) -> Iterator[Answer]:
        sent = None if body is None else msgspec.json.encode(body)
        with self._http.answer(method, path, body=sent, limit_bytes=limit_bytes) as answer:
            self.certificate = answer.certificate
            if not 200 <= answer.status < 300:
                raise refusal(answer)
            yield answer

    def _decode(self, answer: Answer, shape: type[_Shape]) -> _Shape:
        try:
            return msgspec.json.decode(answer.body, type=shape)
        except RecursionError as error:
            raise TooDeep(
                f"{answer.where} sent documents that are nested too deeply to be read.",
                code=TestCode.UNEXPECTED_ANSWER,
            ) from error
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise BadAnswer(
                f"{answer.where} sent what is no indexer's answer ({gist(answer)}); is a proxy in between?",
                code=TestCode.UNEXPECTED_ANSWER,
                details={"status": answer.status},
            ) from error


def refusal(answer: Answer) -> ConnectorError:
    """What an answer outside 200–299 means: its code, whether trying again helps, and the cure."""
    where, status = answer.where, answer.status
    details: dict[str, object] = {"status": status}
    if status == 401:
        return AuthFailed(
            f"{where} does not accept this user name and password; type them again.",
            code=TestCode.AUTH_FAILED,
            permanent=True,
            details=details,
        )
    if 300 <= status < 400:
        return BadAnswer(
            f"{where} redirects to {_target(answer)}, which is not followed; give the indexer's own address.",
            code=TestCode.UNEXPECTED_ANSWER,
            details=details,
        )
    failure = _failure(answer)
    reason = failure.reason() if failure else gist(answer)
    types = failure.types() if failure else set()
    if status == 403:
        return Refused(
            f"{where} does not allow this user to do that ({reason}); give it `read` on the alert indexes "
            "and the cluster permission `cluster_composite_ops_ro`.",
            code=TestCode.NOT_ALLOWED,
            permanent=True,
            details=details,
        )
    if status == 404 and "index_not_found_exception" in types:
        return Refused(f"{where} has no such index ({reason}).", code=TestCode.NO_INDEX, details=details)
    if "index_closed_exception" in types:
        return IndexClosed(
            f"{where} keeps an index closed that is asked for ({reason}); open it there, or take it out of "
            "the index pattern.",
            code=TestCode.UNEXPECTED_ANSWER,
            permanent=True,
            details=details,
        )
    if status == 429 or types & _BUSY_TYPES:
        return Refused(
            f"{where} is too busy ({reason}); it is asked again with smaller pages.",
            code=TestCode.BUSY,
            retry_after=_retry_after(answer),
            details=details,
        )
    if status == 503 or types & _STARTING_TYPES:
        return Refused(
            f"{where} is not ready ({reason}); it is starting, or a primary shard is missing.",
            code=TestCode.BUSY,
            retry_after=_retry_after(answer),
            details=details,
        )
    return BadAnswer(
        f"{where} answered {status} ({reason}); look at its log.",
        code=TestCode.UNEXPECTED_ANSWER,
        details=details,
    )


def _failure(answer: Answer) -> Failure | None:
    try:
        return msgspec.json.decode(answer.body, type=Failure)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None


def _retry_after(answer: Answer) -> timedelta:
    text = answer.headers.get("retry-after", "")
    if text.isascii() and text.isdigit() and len(text) < 6:
        return min(timedelta(seconds=int(text)), _LONGEST_WAIT)
    return _BUSY_WAIT


def _target(answer: Answer) -> str:
    try:
        host = httpx.URL(answer.headers.get("location", "")).host
    except (httpx.InvalidURL, UnicodeError):
        return "an unreadable address"
    return host or "another path"
