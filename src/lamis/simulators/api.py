"""The part of OpenSearch's HTTP API that a collector uses, answered as the engines answer, errors included.

The release decides between Wazuh 4.14 (OpenSearch 2.19, which gives itself out as 7.10.2) and Wazuh
5.0 (OpenSearch 3.6).
"""

from typing import Any

from lamis.simulators.contexts import Scroll, expiry
from lamis.simulators.documents import SHARDS, Index
from lamis.simulators.exchange import Ask, Reply
from lamis.simulators.indexer import Indexer, Release
from lamis.simulators.query import compile_query
from lamis.simulators.refusals import Refusal, bad_request, no_such_index
from lamis.simulators.searching import (
    NO_FLAW,
    Flaw,
    Request,
    Shards,
    answer,
    find,
    page_bytes,
    shown_source,
)
from lamis.simulators.users import User

_SEARCH = "indices:data/read/search"
_PIT = "indices:data/read/point_in_time/create"
_COUNT_KEYS = {"query"}
_OPERATIONS = {"_search": "search", "_count": "count", "_mget": "mget"}


def operation_of(ask: Ask) -> str:
    """The operation of a request, as faults name it."""
    parts = ask.parts
    if not parts:
        return "root"
    if parts[-1] == "scroll":
        return "scroll"
    if parts[-1] == "point_in_time":
        return "pit"
    if parts[0] == "_cluster":
        return "health"
    return _OPERATIONS.get(parts[-1], "index")


class Api:
    """Answers requests for one indexer."""

    def __init__(self, indexer: Indexer) -> None:
        self.indexer = indexer

    def answer(self, ask: Ask, *, flaw: Flaw = NO_FLAW, is_red: bool = False) -> Reply:
        """Answer one request; every refusal is an answer too."""
        with self.indexer.documents.lock:
            try:
                user = self.indexer.users.signed_in(ask.authorization)
                return self._dispatch(ask, user, flaw, is_red)
            except Refusal as refusal:
                return Reply.refusing(refusal)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                return Reply.refusing(
                    bad_request(f"malformed request: {error!r}", "illegal_argument_exception")
                )

    def _dispatch(self, ask: Ask, user: User, flaw: Flaw, is_red: bool) -> Reply:
        parts = ask.parts
        if is_red and ask.query.get("allow_partial_search_results") == "false" and flaw.shards_unassigned:
            reason = (
                "Search rejected due to missing shards. Consider using `allow_partial_search_results` setting"
            )
            raise Refusal(503, "search_phase_execution_exception", reason)
        match parts:
            case []:
                return self._root(user)
            case ["_cluster", "health", *pattern]:
                return self._health(user, ",".join(pattern), is_red)
            case ["_cat", "indices", *pattern]:
                return self._cat(user, ",".join(pattern))
            case ["_nodes", *_]:
                user.require_cluster("cluster:monitor/nodes/info")
                return Reply.of({"nodes": {"node-1": {"version": self._true_version}}})
            case ["_search", "scroll"]:
                return self._scroll_closed(ask) if ask.method == "DELETE" else self._scrolled(ask, user, flaw)
            case ["_search", "point_in_time"] if ask.method == "DELETE":
                return self._pits_closed(ask)
            case ["_search"]:
                return self._search(ask, user, "_all", flaw)
            case ["_count"]:
                return self._count(ask, user, "_all", flaw)
            case ["_mget"]:
                return self._mget(ask, user, None)
            case [pattern]:
                return self._index(ask, user, pattern)
            case [pattern, "_search"]:
                return self._search(ask, user, pattern, flaw)
            case [pattern, "_count"]:
                return self._count(ask, user, pattern, flaw)
            case [pattern, "_mget"]:
                return self._mget(ask, user, pattern)
            case [pattern, "_search", "point_in_time"] if ask.method == "POST":
                return self._pit_opened(ask, user, pattern, flaw)
        reason = f"no handler found for uri [{ask.path}] and method [{ask.method}]"
        return Reply.of({"error": reason}, 400)

    @property
    def _true_version(self) -> str:
        return "3.6.0" if self.indexer.release is Release.V5 else "2.19.5"

    def _root(self, user: User) -> Reply:
        user.require_cluster("cluster:monitor/main")
        version: dict[str, Any] = {"number": "7.10.2", "build_type": "rpm", "lucene_version": "9.12.3"}
        if self.indexer.release is Release.V5:
            version = {
                "distribution": "opensearch",
                "number": "3.6.0",
                "build_type": "rpm",
                "lucene_version": "10.4.0",
            }
        version |= {
            "build_hash": "d5c9f43c6bb1a0b9b0a2f8b1f3a1a4b7c0de0001",
            "build_date": "2026-01-14T09:12:41.112233Z",
            "build_snapshot": False,
            "minimum_wire_compatibility_version": "7.10.0",
            "minimum_index_compatibility_version": "7.0.0",
        }
        return Reply.of(
            {
                "name": "node-1",
                "cluster_name": "wazuh-cluster",
                "cluster_uuid": self.indexer.cluster_uuid,
                "version": version,
                "tagline": "The OpenSearch Project: https://opensearch.org/",
            }
        )

    def _health(self, user: User, pattern: str, is_red: bool) -> Reply:
        user.require_cluster("cluster:monitor/health")
        shards = len(self.indexer.documents.matching(pattern or "_all")) * SHARDS
        lost = 1 if is_red and shards else 0
        return Reply.of(
            {
                "cluster_name": "wazuh-cluster",
                "status": "red" if is_red else "green",
                "timed_out": False,
                "number_of_nodes": 1,
                "number_of_data_nodes": 1,
                "discovered_master": True,
                "discovered_cluster_manager": True,
                "active_primary_shards": shards - lost,
                "active_shards": shards - lost,
                "relocating_shards": 0,
                "initializing_shards": 0,
                "unassigned_shards": lost,
                "delayed_unassigned_shards": 0,
                "number_of_pending_tasks": 0,
                "number_of_in_flight_fetch": 0,
                "task_max_waiting_in_queue_millis": 0,
                "active_shards_percent_as_number": 100.0 * (shards - lost) / shards if shards else 100.0,
            }
        )

    def _cat(self, user: User, pattern: str) -> Reply:
        user.require_cluster("indices:monitor/stats")
        indexes = self.indexer.documents.matching(pattern or "_all")
        return Reply.of(
            [
                {"health": "green", "status": "open", "index": index.name, "pri": str(SHARDS), "rep": "0",
                 "docs.count": str(len(index.by_id))}
                for index in indexes
            ]
        )  # fmt: skip

    def _index(self, ask: Ask, user: User, pattern: str) -> Reply:
        if pattern.startswith("_") and pattern != "_all":
            raise bad_request(f"no handler found for uri [{ask.path}]", "illegal_argument_exception")
        user.require_cluster("indices:admin/delete" if ask.method == "DELETE" else "indices:admin/get")
        indexes = self.indexer.documents.matching(pattern)
        if ask.method == "HEAD":
            return Reply(200 if indexes else 404, b"")
        if ask.method == "DELETE":
            for index in indexes:
                self.indexer.documents.delete_index(index.name)
            return Reply.of({"acknowledged": True})
        settings = {"index": {"number_of_shards": str(SHARDS), "number_of_replicas": "0"}}
        return Reply.of(
            {index.name: {"aliases": {}, "mappings": {}, "settings": settings} for index in indexes}
        )

    def _readable(self, ask: Ask, user: User, pattern: str, action: str) -> list[Index]:
        for part in pattern.split(","):
            if "*" not in part and not part.startswith("-") and part != "_all":
                user.require_name(part, action)
        lenient = ask.query.get("ignore_unavailable") == "true"
        indexes = self.indexer.documents.matching(pattern, ignore_unavailable=lenient)
        user.require_indexes(indexes, action)
        if not indexes and ask.query.get("allow_no_indices") == "false":
            raise no_such_index(pattern)
        return indexes

    def _search(self, ask: Ask, user: User, pattern: str, flaw: Flaw) -> Reply:
        body = _with_url(ask)
        request = Request(
            body,
            now_ms=self.indexer.now_ms(),
            may_shard_doc="pit" in body and self.indexer.release is Release.V5,
        )
        if "pit" in body:
            return self._search_pit(ask, user, request, body["pit"], flaw)
        indexes = self._readable(ask, user, pattern, _SEARCH)
        if keep_alive := ask.query.get("scroll"):
            return self._scroll_opened(request, indexes, keep_alive, flaw)
        return Reply(200, answer(request, indexes, flaw=flaw))

    def _search_pit(self, ask: Ask, user: User, request: Request, pit: dict[str, Any], flaw: Flaw) -> Reply:
        if len(ask.parts) != 1:
            reason = (
                "[indices] cannot be used with point in time. Do not specify any index with point in time."
            )
            raise bad_request(f"Validation Failed: 1: {reason};", "action_request_validation_exception")
        view = self.indexer.contexts.pit(str(pit["id"]), pit.get("keep_alive"))
        user.require_indexes(view.indexes, _SEARCH)
        extra: dict[str, object] = {"pit_id": pit["id"]}
        return Reply(200, answer(request, view.indexes, within=view.selection(), flaw=flaw, extra=extra))

    def _pit_opened(self, ask: Ask, user: User, pattern: str, flaw: Flaw) -> Reply:
        indexes = self._readable(ask, user, pattern, _PIT)
        for index in indexes:
            user.require_backing(index, _PIT)
        pit_id = self.indexer.contexts.open_pit(indexes, ask.query.get("keep_alive", ""))
        shards = Shards(len(indexes) * SHARDS, flaw.shards_failed, flaw.shards_unassigned).json()
        return Reply.of({"pit_id": pit_id, "_shards": shards, "creation_time": self.indexer.now_ms()})

    def _pits_closed(self, ask: Ask) -> Reply:
        pit_ids = [str(one) for one in _list(ask.json()["pit_id"])]
        closed = self.indexer.contexts.close_pits(pit_ids)
        pits = [{"successful": True, "pit_id": pit_id} for pit_id in pit_ids]
        return Reply.of({"pits": pits}, 200 if any(closed) else 404)

    def _scroll_opened(self, request: Request, indexes: list[Index], keep_alive: str, flaw: Flaw) -> Reply:
        if request.offset or request.after is not None:
            raise bad_request("using [from] or [search_after] is not allowed in a scroll context")
        size, request.size = request.size, sum(len(index.by_id) for index in indexes)
        documents, _ = find(request, indexes, request.selection)
        request.size = size
        request.track = True
        scroll = Scroll(request, indexes, documents, expiry(keep_alive))
        return self._scroll_page(self.indexer.contexts.open_scroll(scroll), scroll, flaw)

    def _scrolled(self, ask: Ask, user: User, flaw: Flaw) -> Reply:
        body = {**ask.query, **ask.json()}
        scroll_id = str(body["scroll_id"])
        scroll = self.indexer.contexts.scroll(scroll_id, body.get("scroll"))
        user.require_indexes(scroll.indexes, "indices:data/read/scroll")
        return self._scroll_page(self.indexer.contexts.open_scroll(scroll), scroll, flaw)

    def _scroll_page(self, scroll_id: str, scroll: Scroll, flaw: Flaw) -> Reply:
        total = len(scroll.documents)
        extra: dict[str, object] = {"_scroll_id": scroll_id}
        left = flaw.left(scroll.indexes)
        page = [one for one in scroll.next_page() if left.holds(one)]
        return Reply(200, page_bytes(scroll.request, page, total, scroll.indexes, flaw=flaw, extra=extra))

    def _scroll_closed(self, ask: Ask) -> Reply:
        freed = self.indexer.contexts.close_scrolls([str(one) for one in _list(ask.json()["scroll_id"])])
        return Reply.of({"succeeded": True, "num_freed": freed}, 200 if freed else 404)

    def _count(self, ask: Ask, user: User, pattern: str, flaw: Flaw) -> Reply:
        body = ask.json()
        if unknown := set(body) - _COUNT_KEYS:
            raise bad_request(f"request does not support [{unknown.pop()}]")
        indexes = self._readable(ask, user, pattern, _SEARCH)
        selection = compile_query(body.get("query"), now_ms=self.indexer.now_ms())
        total = sum(selection.count(index) for index in indexes) + flaw.total_off_by
        shards = Shards(len(indexes) * SHARDS, flaw.shards_failed, flaw.shards_unassigned).json()
        return Reply.of({"count": total, "_shards": shards})

    def _mget(self, ask: Ask, user: User, pattern: str | None) -> Reply:
        body = ask.json()
        wanted = body.get("docs") or [{"_id": doc_id} for doc_id in body.get("ids", [])]
        found = [self._got(ask, user, one, one.get("_index", pattern)) for one in wanted]
        return Reply(200, b'{"docs":[' + b",".join(found) + b"]}")

    def _got(self, ask: Ask, user: User, one: dict[str, Any], name: str) -> bytes:
        told: dict[str, object] = {"_index": name, "_id": str(one["_id"])}
        try:
            user.require_name(name, "indices:data/read/mget[shard]")
            (index,) = self.indexer.documents.matching(name)
        except Refusal as refusal:
            cause = {"type": refusal.kind, "reason": refusal.reason}
            return Reply.of({**told, "error": {"root_cause": [cause], **cause}}).body
        document = index.by_id.get(str(one["_id"]))
        if document is None:
            return Reply.of({**told, "found": False}).body
        told |= {"_index": index.name, "_version": 1, "_seq_no": document.seq_no, "_primary_term": 1}
        head = Reply.of({**told, "found": True}).body
        source = shown_source(document, one.get("_source", ask.query.get("_source", True)))
        return head if source is None else head[:-1] + b',"_source":' + source + b"}"


def _with_url(ask: Ask) -> dict[str, Any]:
    body = ask.json()
    for name in ("size", "from"):
        if name in ask.query:
            body.setdefault(name, int(ask.query[name]))
    for name in ("track_total_hits", "_source"):
        if ask.query.get(name) in ("true", "false"):
            body.setdefault(name, ask.query[name] == "true")
    if "sort" in ask.query:
        body.setdefault("sort", ask.query["sort"].split(","))
    return body


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
