"""What bad answers mean, and whether trying again helps."""

import httpx
import pytest

from lamis.base.errors import AuthFailed, BadAnswer, ConnectorError, Refused
from lamis.base.http import Answer
from lamis.connections.types import TestCode
from lamis.connectors.opnsense.refusals import AUTH_WAIT, privilege_for, refusal

ADD = "firewall/alias_util/add/T"


def told(status: int, body: bytes = b"", path: str = ADD, **headers: str) -> ConnectorError:
    return refusal(Answer(status, httpx.Headers(headers), bytearray(body), "192.0.2.1:443"), path)


@pytest.mark.parametrize(
    ("error", "kind", "code", "part"),
    [
        (told(401), AuthFailed, TestCode.AUTH_FAILED, "API key and secret"),
        (told(302, location="/?url=/api/x"), AuthFailed, TestCode.AUTH_FAILED, "login page"),
        (told(301, location="https://x/"), BadAnswer, TestCode.NOT_A_FIREWALL, "redirects"),
        (told(403), Refused, TestCode.PRIVILEGE_MISSING, "“Diagnostics: PF Table IP addresses”"),
        (told(404, b"<html>"), BadAnswer, TestCode.NOT_A_FIREWALL, "no API"),
        (
            told(404, b'{"errorMessage":"Endpoint not found"}'),
            Refused,
            TestCode.VERSION_TOO_OLD,
            "/api/firewall/alias_util/add/T",
        ),
        (told(503, b"<html>"), Refused, TestCode.BUSY, "not ready (a web page with status 503)"),
        (
            told(500, b'{"errorMessage":"Cannot delete &lt;X&gt;","errorTitle":"Alias in use"}'),
            BadAnswer,
            TestCode.UNEXPECTED_ANSWER,
            "(Cannot delete <X>)",
        ),
        (told(500, b"\x00\xff"), BadAnswer, TestCode.UNEXPECTED_ANSWER, "unreadable bytes"),
        (
            told(500, b'{"errorMessage":"User U denied","errorTitle":"General access"}'),
            Refused,
            TestCode.PRIVILEGE_MISSING,
            "“System: Deny config write”",
        ),
        (told(400, b'{"status":400,"message":"Invalid JSON syntax"}'), BadAnswer,
         TestCode.UNEXPECTED_ANSWER, "Invalid JSON syntax"),
    ],
)  # fmt: skip
def test_each_is_named(error: ConnectorError, kind: type[ConnectorError], code: TestCode, part: str) -> None:
    assert type(error) is kind
    assert error.code == code
    assert part in error.message
    assert "192.0.2.1:443" in error.message


def test_a_wrong_key_rests_for_five_minutes() -> None:
    error = told(401)
    assert error.permanent
    assert error.retry_after == AUTH_WAIT


def test_an_unexpected_error_hints_at_versions_that_say_so_of_a_wrong_key() -> None:
    body = b'{"errorMessage":"Unexpected error, check log for details"}'
    assert "24.7.1" in told(500, body, "core/menu/search").message
    assert "24.7.1" not in told(500, body).message


@pytest.mark.parametrize(
    ("path", "privilege"),
    [
        ("firewall/alias/search_item", "Firewall: Alias: Edit"),
        ("firewall/filter/apply", "Firewall: Rules [new]"),
        ("diagnostics/firewall/kill_states", "Diagnostics: Show States"),
        ("interfaces/overview/interfaces_info", "Status: Interfaces"),
        ("core/menu/search", "All pages"),
    ],
)
def test_each_path_has_its_privilege(path: str, privilege: str) -> None:
    assert privilege_for(path) == privilege
