"""What an answer other than 200 means: its code, whether trying again helps, and the cure."""

import html
from datetime import timedelta

import msgspec

from lamis.base.errors import AuthFailed, BadAnswer, ConnectorError, Refused
from lamis.base.gist import gist
from lamis.base.http import Answer
from lamis.connections.types import TestCode
from lamis.connectors.opnsense.answers import Failure

# The names that OPNsense's own page of privileges shows.
TABLES = "Diagnostics: PF Table IP addresses"
ALIASES = "Firewall: Alias: Edit"
STATES = "Diagnostics: Show States"
RULES = "Firewall: Rules [new]"
_PRIVILEGES = {
    "firewall/alias_util/": TABLES,
    "firewall/alias/": ALIASES,
    "firewall/filter/": RULES,
    "diagnostics/firewall/": STATES,
    "diagnostics/system/": "Lobby: Dashboard",
    "core/firmware/": "System: Firmware",
    "core/system/": "System: Status",
    "interfaces/overview/": "Status: Interfaces",
    "routes/": "System: Static Routes",
}
# Each wrong key costs the box two seconds, and may end in a ban.
AUTH_WAIT = timedelta(minutes=5)
_BUSY_WAIT = timedelta(seconds=10)


def privilege_for(path: str) -> str:
    """The privilege that opens a path."""
    return next((name for start, name in _PRIVILEGES.items() if path.startswith(start)), "All pages")


def refusal(answer: Answer, path: str) -> ConnectorError:
    """The error that says it."""
    where, status = answer.where, answer.status
    details: dict[str, object] = {"status": status}
    if 300 <= status < 400:
        return _redirect(answer, details)
    if status == 401:
        return AuthFailed(
            f"{where} does not accept this API key and secret; type them again, and look whether their user "
            "is enabled.",
            code=TestCode.AUTH_FAILED,
            permanent=True,
            retry_after=AUTH_WAIT,
            details=details,
        )
    if status == 403:
        return missing(privilege_for(path), where=where)
    if status == 404:
        return _not_there(answer, path, details)
    if status in (429, 502, 503, 504):
        return Refused(
            f"{where} is not ready ({gist(answer)}); it is asked again.",
            code=TestCode.BUSY,
            retry_after=_BUSY_WAIT,
            details=details,
        )
    return _failed(answer, path, details)


def missing(privilege: str, *, where: str) -> Refused:
    """The key's user lacks a privilege."""
    return Refused(
        f"{where} does not let this API key do that: its user needs the privilege “{privilege}” (or its "
        "group is limited to other source networks).",
        code=TestCode.PRIVILEGE_MISSING,
        permanent=True,
        details={"status": 403, "privileges_missing": [privilege]},
    )


def _redirect(answer: Answer, details: dict[str, object]) -> ConnectorError:
    target = answer.headers.get("location", "")
    if target.startswith("/?url="):
        return AuthFailed(
            f"{answer.where} sends us to its login page: key and secret did not reach it; enter both, and "
            "look whether a proxy in between drops them.",
            code=TestCode.AUTH_FAILED,
            permanent=True,
            retry_after=AUTH_WAIT,
            details=details,
        )
    return BadAnswer(
        f"{answer.where} redirects, which is not followed; give the https address and port of the "
        "firewall's own web interface.",
        code=TestCode.NOT_A_FIREWALL,
        details=details,
    )


def _not_there(answer: Answer, path: str, details: dict[str, object]) -> ConnectorError:
    if _failure(answer).errorMessage:
        return Refused(
            f"{answer.where} has no /api/{path.partition('?')[0]}: its version is too old; 24.7.2 or newer "
            "is needed.",
            code=TestCode.VERSION_TOO_OLD,
            permanent=True,
            details=details,
        )
    return BadAnswer(
        f"{answer.where} answers, but it has no API of an OPNsense (404); give the address of the "
        "firewall's own web interface.",
        code=TestCode.NOT_A_FIREWALL,
        details=details,
    )


def _failed(answer: Answer, path: str, details: dict[str, object]) -> ConnectorError:
    failure = _failure(answer)
    told = unescaped(failure.errorMessage or failure.message) or gist(answer)
    if failure.errorTitle == "General access":
        return Refused(
            f"{answer.where} does not let this user change anything: take the privilege “System: Deny config "
            "write” from it.",
            code=TestCode.PRIVILEGE_MISSING,
            permanent=True,
            details=details,
        )
    if told.startswith("Unexpected error"):
        told += " (24.7.0 and 24.7.1 say so of a wrong key too)" if path == "core/menu/search" else ""
    return BadAnswer(
        f"{answer.where} failed at {path.partition('?')[0]} with {answer.status} ({told}); look at its log "
        "(System: Log Files: Backend).",
        code=TestCode.UNEXPECTED_ANSWER,
        details=details,
    )


def unescaped(text: str) -> str:
    """An error text as a person wrote it: since 26.7.1 the box escapes it for pages."""
    return " ".join(html.unescape(text).split())[:300]


def _failure(answer: Answer) -> Failure:
    try:
        return msgspec.json.decode(answer.body, type=Failure)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return Failure()
