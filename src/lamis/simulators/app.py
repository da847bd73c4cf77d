"""The HTTP side of a simulated indexer: an ASGI application that also plays the faults."""

from urllib.parse import parse_qsl

from lamis.simulators.api import Api, operation_of
from lamis.simulators.asgi import (
    Message,
    Receive,
    Send,
    headers_of,
    read_body,
    send_half,
    send_reply,
    start_reply,
    wait,
)
from lamis.simulators.control import Control
from lamis.simulators.exchange import Ask, Reply
from lamis.simulators.faults import Fault, FaultKind
from lamis.simulators.indexer import Indexer
from lamis.simulators.refusals import Refusal, unauthorized

_BREAKER = "[parent] Data too large, data for [<http_request>] would be [1063256064/1014mb], which is larger"
_HTML = b"<html><head><title>500 Internal Server Error</title></head><body><h1>Oops</h1></body></html>"
_DRIPS = 20
_FOREVER_S = 3600.0


class IndexerApp:
    """Serves one indexer; the control endpoint answers to `control_token` only, and to nobody without one."""

    def __init__(self, indexer: Indexer, *, control_token: str = "") -> None:
        self.indexer = indexer
        self._api = Api(indexer)
        self._control = Control(indexer, token=control_token)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        ask = await _read(scope, receive)
        if ask.path.startswith("/_simulator"):
            await send_reply(send, self._control.answer(ask))
            return
        self.indexer.requests.append(ask)
        fault = self.indexer.faults.take(operation_of(ask))
        if fault is None:
            await send_reply(send, self._api.answer(ask))
        else:
            await self._play(fault, ask, receive, send)

    async def _play(self, fault: Fault, ask: Ask, receive: Receive, send: Send) -> None:
        if fault.kind is FaultKind.HANG and await wait(_FOREVER_S, receive):
            return
        if fault.kind is FaultKind.SLOW and await wait(fault.delay_s, receive):
            return
        reply = _instead(fault) or self._api.answer(ask, flaw=fault.flaw, is_red=fault.kind is FaultKind.RED)
        match fault.kind:
            case FaultKind.BROKEN_JSON:
                half = reply.body[: len(reply.body) // 2]
                await send_reply(send, Reply(reply.status, half, reply.content_type))
            case FaultKind.HALF_ANSWER:
                await send_half(send, reply)
            case FaultKind.DRIP:
                await _drip(fault, reply, receive, send)
            case _:
                await send_reply(send, reply)


def _instead(fault: Fault) -> Reply | None:
    match fault.kind:
        case FaultKind.TOO_MANY_REQUESTS | FaultKind.BREAKER:
            kind, reason = "rejected_execution_exception", "rejected execution of coordinating operation"
            if fault.kind is FaultKind.BREAKER:
                kind, reason = "circuit_breaking_exception", _BREAKER
            wait = {} if fault.retry_after_s is None else {"retry-after": str(fault.retry_after_s)}
            return Reply.refusing(Refusal(429, kind, reason, headers=wait))
        case FaultKind.NOT_INITIALIZED:
            return Reply.refusing(Refusal(503, "", "OpenSearch Security not initialized."))
        case FaultKind.ALL_SHARDS_FAILED:
            return Reply.refusing(Refusal(503, "search_phase_execution_exception", "all shards failed"))
        case FaultKind.HTML_ERROR:
            return Reply(500, _HTML, "text/html")
        case FaultKind.REDIRECT:
            return Reply(302, b"", "text/html", {"location": "https://192.0.2.1/elsewhere"})
        case FaultKind.UNAUTHORIZED:
            return Reply.refusing(unauthorized())
        case FaultKind.PLAIN_TEXT:
            return Reply(200, b"It works!", "text/plain")
    return None


async def _drip(fault: Fault, reply: Reply, receive: Receive, send: Send) -> None:
    await start_reply(send, reply)
    step = max(1, len(reply.body) // _DRIPS)
    for start in range(0, len(reply.body), step):
        await send(
            {"type": "http.response.body", "body": reply.body[start : start + step], "more_body": True}
        )
        if await wait(fault.delay_s, receive):
            return
    await send({"type": "http.response.body", "body": b""})


async def _read(scope: Message, receive: Receive) -> Ask:
    return Ask(
        method=scope["method"],
        path=scope["path"],
        query=dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
        body=await read_body(receive),
        authorization=headers_of(scope).get("authorization", ""),
    )
