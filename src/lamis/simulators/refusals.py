"""What the simulated indexer raises instead of answering, in the shapes OpenSearch uses."""

import orjson


class Refusal(Exception):
    """An error answer: JSON with `kind` and `reason`, or plain text when `kind` is empty."""

    def __init__(
        self, status: int, kind: str, reason: str, *, headers: dict[str, str] | None = None, index: str = ""
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.kind = kind
        self.reason = reason
        self.headers = headers or {}
        self.index = index

    def body(self) -> bytes:
        """The body as the engine would send it."""
        if not self.kind:
            return self.reason.encode()
        cause: dict[str, object] = {"type": self.kind, "reason": self.reason}
        if self.index:
            cause |= {"index": self.index, "resource.id": self.index, "resource.type": "index_or_alias"}
        return orjson.dumps({"error": {"root_cause": [cause], **cause}, "status": self.status})

    @property
    def content_type(self) -> str:
        return "application/json; charset=UTF-8" if self.kind else "text/plain; charset=UTF-8"


def bad_request(reason: str, kind: str = "parsing_exception") -> Refusal:
    """The 400 of a request that cannot be understood."""
    return Refusal(400, kind, reason)


def no_such_index(name: str) -> Refusal:
    """The 404 of an exact index name that does not exist."""
    return Refusal(404, "index_not_found_exception", f"no such index [{name}]", index=name)


def closed_index(name: str) -> Refusal:
    """The 400 of an exact index name that is closed; a pattern passes over it."""
    return Refusal(400, "index_closed_exception", "closed", index=name)


def not_allowed(action: str, user: str) -> Refusal:
    """The 403 of the security plugin."""
    return Refusal(
        403,
        "security_exception",
        f"no permissions for [{action}] and User [name={user}, backend_roles=[], requestedTenant=null]",
    )


def unauthorized() -> Refusal:
    """The 401 of a wrong or missing password: plain text, not JSON."""
    challenge = {"www-authenticate": 'Basic realm="OpenSearch Security"'}
    return Refusal(401, "", "Unauthorized", headers=challenge)


def context_missing(context_id: str) -> Refusal:
    """The 404 of a point in time or scroll that is gone."""
    return Refusal(404, "search_context_missing_exception", f"No search context found for id [{context_id}]")


def too_many_contexts(kind: str, most: int, setting: str) -> Refusal:
    """The 429 of a node that keeps as many views open as it may."""
    reason = (
        f"Trying to create too many {kind} contexts. Must be less than or equal to: [{most}]. "
        f"This limit can be set by changing the [{setting}] setting."
    )
    return Refusal(429, "rejected_execution_exception", reason)
