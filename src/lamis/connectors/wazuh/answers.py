"""The shapes of an indexer's answers, and when one counts."""

from typing import Any

import msgspec

from lamis.base.errors import BadAnswer


class Shards(msgspec.Struct):
    """The member `_shards`."""

    total: int
    successful: int
    failed: int = 0


class Hit(msgspec.Struct, gc=False):
    """One hit; `source` is a view of the answer's own bytes, empty if absent."""

    index: str = msgspec.field(name="_index")
    doc_id: str = msgspec.field(name="_id")
    source: msgspec.Raw = msgspec.field(name="_source", default=msgspec.Raw())
    sort: list[Any] = []


class Total(msgspec.Struct):
    """How many documents match; exact where `relation` is `eq`."""

    value: int
    relation: str = "eq"


class Hits(msgspec.Struct):
    """The member `hits`."""

    total: Total
    hits: list[Hit]


class Search(msgspec.Struct):
    """A search answer."""

    timed_out: bool
    hits: Hits
    shards: Shards = msgspec.field(name="_shards")
    aggregations: dict[str, Any] = {}
    scroll_id: str | None = msgspec.field(name="_scroll_id", default=None)


class PointInTime(msgspec.Struct):
    """The answer that opens a point in time."""

    pit_id: str
    creation_time: int


class Version(msgspec.Struct):
    """The member `version` of the root answer; 4.x packages tell 7.10.2 whatever they run."""

    number: str = ""
    distribution: str = ""
    lucene_version: str = ""


class Root(msgspec.Struct):
    """The answer of `GET /`."""

    version: Version
    name: str = ""
    cluster_name: str = ""
    cluster_uuid: str = ""
    tagline: str = ""


class ErrorCause(msgspec.Struct):
    """What went wrong, once."""

    type: str = ""
    reason: str | None = None
    root_cause: list["ErrorCause"] = []
    failed_shards: list["FailedShard"] = []
    caused_by: "ErrorCause | None" = None


class FailedShard(msgspec.Struct):
    """What went wrong in one shard."""

    reason: ErrorCause | None = None


class Failure(msgspec.Struct):
    """An error answer."""

    error: ErrorCause | str
    status: int = 0

    def types(self) -> set[str]:
        """Every error type that the answer names."""
        return set() if isinstance(self.error, str) else _types(self.error)

    def reason(self) -> str:
        """The most telling reason, shortened."""
        if isinstance(self.error, str):
            return self.error[:200]
        first = self.error.root_cause[0] if self.error.root_cause else self.error
        return (first.reason or first.type or self.error.reason or self.error.type)[:200]


def _types(cause: ErrorCause) -> set[str]:
    found = {cause.type}
    inner = [shard.reason for shard in cause.failed_shards] + [cause.caused_by, *cause.root_cause]
    for one in inner:
        if one is not None:
            found |= _types(one)
    return found


def vouched(search: Search, *, where: str) -> Search:
    """`search` where the indexer vouches for it. Raises BadAnswer where shards or time were missing.

    `terminated_early` says nothing: OpenSearch 3 sets it for whole answers to a page of 0 documents.
    """
    shards = search.shards
    if search.timed_out:
        raise BadAnswer(
            f"{where} ran out of time and answered in part; it is asked again later.", code="busy"
        )
    if shards.failed or shards.successful != shards.total:
        raise BadAnswer(
            f"{where} answered from {shards.successful} of {shards.total} shards; "
            "look at the health of its indexes (red or unassigned shards).",
            code="unexpected_answer",
            details={"shards_total": shards.total, "shards_successful": shards.successful},
        )
    if search.hits.total.relation != "eq":
        raise BadAnswer(f"{where} counts only roughly; its answer is not used.", code="unexpected_answer")
    return search
