"""The HTTP side of a simulated OPNsense: an ASGI application that also plays the faults."""

import asyncio

import orjson

from lamis.simulators.asgi import Message, Receive, Send, headers_of, read_body, send_half, send_reply, wait
from lamis.simulators.exchange import Reply
from lamis.simulators.opnsense.api import Api, WrongKey, signed_out
from lamis.simulators.opnsense.box import Box
from lamis.simulators.opnsense.control import Control
from lamis.simulators.opnsense.exchange import Ask, json_status
from lamis.simulators.opnsense.faults import Fault, FaultKind

LOGIN_PAD_S = 2.0
_FOREVER_S = 3600.0
_LOGIN_PAGE = b"<!doctype html><html><head><title>Login | OPNsense</title></head><body></body></html>"
_UNEXPECTED = {"errorMessage": "Unexpected error, check log for details"}


class FirewallApp:
    """Serves one box; a wrong key is answered after `login_pad_s`.

    The control endpoint answers to `control_token` only, and to nobody without one.
    """

    def __init__(self, box: Box, *, login_pad_s: float = LOGIN_PAD_S, control_token: str = "") -> None:
        self.box = box
        self.login_pad_s = login_pad_s
        self._api = Api(box)
        self._control = Control(box, token=control_token)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        ask = await _read(scope, receive)
        if ask.path.startswith("/_simulator"):
            await send_reply(send, self._control.answer(ask))
            return
        self.box.requests.append(ask)
        fault = self.box.faults.take(ask.path.removeprefix("/api/"))
        if fault is None:
            await send_reply(send, await self._answer(ask))
        else:
            await self._play(fault, ask, receive, send)

    async def _answer(self, ask: Ask, *, is_idle: bool = False) -> Reply:
        try:
            return self._api.answer(ask, is_idle=is_idle)
        except WrongKey:
            await asyncio.sleep(self.login_pad_s)
            return self._api.refused_key()

    async def _play(self, fault: Fault, ask: Ask, receive: Receive, send: Send) -> None:
        if fault.kind is FaultKind.HANG and await wait(_FOREVER_S, receive):
            return
        if fault.kind is FaultKind.SLOW and await wait(fault.delay_s, receive):
            return
        is_idle = fault.kind is FaultKind.DOES_NOTHING
        reply = _instead(fault, ask) or await self._answer(ask, is_idle=is_idle)
        if fault.kind is FaultKind.SHORT_LIST:
            reply = _shortened(reply)
        sender = send_half if fault.kind is FaultKind.HALF_ANSWER else send_reply
        await sender(send, reply)


def _instead(fault: Fault, ask: Ask) -> Reply | None:
    match fault.kind:
        case FaultKind.REDIRECT:
            return signed_out(ask)
        case FaultKind.HTML:
            return Reply(200, _LOGIN_PAGE, "text/html; charset=UTF-8")
        case FaultKind.ERROR:
            return Reply.of(_UNEXPECTED, 500)
        case FaultKind.UNAUTHORIZED:
            return json_status(401, "Authentication Failed")
        case FaultKind.FORBIDDEN:
            return json_status(403, "Forbidden")
        case FaultKind.NOT_FOUND:
            return Reply.of({"errorMessage": "Endpoint not found"}, 404)
    return None


def _shortened(reply: Reply) -> Reply:
    """A list without its last row, which is counted all the same."""
    told = orjson.loads(reply.body)
    return Reply.of(told | {"rows": told["rows"][:-1]})


async def _read(scope: Message, receive: Receive) -> Ask:
    headers = headers_of(scope)
    query = scope["query_string"].decode("latin-1")
    return Ask(
        method=scope["method"],
        target=scope["path"] + (f"?{query}" if query else ""),
        body=await read_body(receive),
        authorization=headers.get("authorization"),
        content_type=headers.get("content-type", ""),
    )
