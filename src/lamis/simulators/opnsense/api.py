"""One request, judged in the box's own order: route, sign-in, privilege, body, handler."""

import hmac
import re
from typing import Any
from urllib.parse import parse_qsl

import orjson

from lamis.simulators.exchange import Reply
from lamis.simulators.opnsense import privileges, routes
from lamis.simulators.opnsense.box import Box, User
from lamis.simulators.opnsense.exchange import Ask, Call, Unexpected, UserError, json_status

_NOT_FOUND = "Endpoint not found"
_UNEXPECTED = "Unexpected error, check log for details"


class WrongKey(Exception):
    """The sign-in failed: the answer is held back for a while."""


class Api:
    """Answers requests to one box."""

    def __init__(self, box: Box) -> None:
        self._box = box

    def answer(self, ask: Ask, *, is_idle: bool = False) -> Reply:
        """Answer one request. Raises WrongKey where the 401 is to come late.

        An idle box says that it is done and does nothing.
        """
        with self._box.lock:
            return self._answer(ask, is_idle=is_idle)

    def _answer(self, ask: Ask, *, is_idle: bool) -> Reply:
        version = self._box.version
        found = routes.find(ask.path, version=version)
        if found is None:
            return Reply.of({"errorMessage": _NOT_FOUND}, 404)
        route, params = found
        if len(params) < route.needs and version >= (24, 7):
            return Reply.of({"errorMessage": _NOT_FOUND}, 404)
        if ask.authorization is None:
            return signed_out(ask)
        user = self._user(ask)
        if user is None:
            return self._refusal(401, "Authentication Failed")
        if not privileges.is_allowed(user.privileges, ask.target):
            return self._refusal(403, "Forbidden")
        if len(params) < route.needs:
            action = ask.path.split("/")[4]
            told = f"action {action} expects at least {route.needs} parameter(s)"
            return Reply.of({"message": told, "status": 400}, 400)
        return Reply.of({"status": "done"}) if is_idle else self._handled(route, params, ask, user)

    def _handled(self, route: routes.Route, params: list[str], ask: Ask, user: User) -> Reply:
        try:
            fields = self._fields(ask)
        except orjson.JSONDecodeError:
            return json_status(400, "Invalid JSON syntax")
        try:
            told = route.handler(self._box, Call(ask.method, params, fields, user.is_readonly))
        except UserError as error:
            return Reply.of(self._error(error), 500)
        except Unexpected:
            return Reply.of({"errorMessage": _UNEXPECTED}, 500)
        return Reply(200, b"") if told is None else Reply.of(told)

    def _user(self, ask: Ask) -> User | None:
        """The user of the key. Raises WrongKey; None for a header that is no basic authentication."""
        if ask.login is None:
            return None
        user = self._box.users.get(ask.login[0])
        is_right = user is not None and hmac.compare_digest(user.secret.encode(), ask.login[1].encode())
        if user is None or not is_right or not user.is_enabled:
            raise WrongKey
        return user

    def _refusal(self, status: int, message: str) -> Reply:
        if (24, 7) <= self._box.version < (24, 7, 2):
            return Reply.of({"errorMessage": _UNEXPECTED}, 500)
        return json_status(status, message)

    def refused_key(self) -> Reply:
        """What a wrong key hears in the end."""
        return self._refusal(401, "Authentication Failed")

    def _fields(self, ask: Ask) -> dict[str, Any]:
        kind = re.sub(r"\s", "", ask.content_type).lower()
        if kind in ("application/json", "application/json;charset=utf-8"):
            parsed = orjson.loads(ask.body)
            is_deaf = (24, 7) <= self._box.version < (24, 7, 1)
            return parsed if isinstance(parsed, dict) and not is_deaf else {}
        if kind.startswith("application/x-www-form-urlencoded"):
            return dict(parse_qsl(ask.body.decode(errors="replace"), keep_blank_values=True))
        return {}

    def _error(self, error: UserError) -> dict[str, str]:
        message = error.message
        if self._box.version >= (26, 7, 1):
            message = message.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        level = {"errorLevel": "error"} if self._box.version >= (26, 7, 2) else {}
        return {"errorMessage": message, "errorTitle": error.title, **level}


def signed_out(ask: Ask) -> Reply:
    """What a request without any sign-in gets: the way to the login page."""
    return Reply(302, b"", "text/html; charset=UTF-8", {"location": f"/?url={ask.target}"})
