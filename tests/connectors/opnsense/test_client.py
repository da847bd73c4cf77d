"""How requests are written, and which answers count."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from lamis.base.errors import AuthFailed, BadAnswer, ConnectorError, Refused, Unreachable
from lamis.connections.types import Endpoint, TestCode, Trust, TrustMode
from lamis.connectors.opnsense.answers import Table
from lamis.connectors.opnsense.client import NodeClient, Patience
from lamis.simulators.opnsense.faults import FaultKind
from lamis.simulators.opnsense.local import LocalFirewall
from tests.connectors.opnsense.conftest import QUICK, endpoint_of
from tests.connectors.wire import playing

LIST = "firewall/alias_util/list/LAMIS_block"


def test_a_body_has_its_type_and_none_has_none(firewall: LocalFirewall, client: NodeClient) -> None:
    client.get(LIST, Table)
    client.post(LIST, {"rowCount": -1}, Table)
    asked = firewall.box.requests
    assert [(one.method, one.content_type, one.body) for one in asked] == [
        ("GET", "", b""),
        ("POST", "application/json", b'{"rowCount":-1}'),
    ]
    assert all(one.login == (firewall.key, firewall.secret) for one in asked)


@pytest.mark.parametrize("suffix", ["/", "/api", "/api/"])
def test_an_address_copied_with_its_path_is_understood(firewall: LocalFirewall, suffix: str) -> None:
    made = NodeClient(endpoint_of(firewall), firewall.url + suffix, patience=QUICK)
    assert made.get(LIST, Table).total == 0
    made.close()


@pytest.mark.parametrize(
    ("kind", "error", "code"),
    [
        (FaultKind.REDIRECT, AuthFailed, TestCode.AUTH_FAILED),
        (FaultKind.UNAUTHORIZED, AuthFailed, TestCode.AUTH_FAILED),
        (FaultKind.FORBIDDEN, Refused, TestCode.PRIVILEGE_MISSING),
        (FaultKind.NOT_FOUND, Refused, TestCode.VERSION_TOO_OLD),
        (FaultKind.ERROR, BadAnswer, TestCode.UNEXPECTED_ANSWER),
        (FaultKind.HTML, BadAnswer, TestCode.NOT_A_FIREWALL),
        (FaultKind.HALF_ANSWER, BadAnswer, TestCode.UNEXPECTED_ANSWER),
    ],
)
def test_trouble_has_its_code(
    firewall: LocalFirewall, client: NodeClient, kind: FaultKind, error: type[ConnectorError], code: TestCode
) -> None:
    firewall.fault(kind)
    with pytest.raises(error) as told:
        client.post(LIST, {}, Table)
    assert told.value.code == code
    assert firewall.secret not in str(told.value)


def test_a_redirect_is_not_followed(firewall: LocalFirewall, client: NodeClient) -> None:
    firewall.fault(FaultKind.REDIRECT)
    with pytest.raises(AuthFailed):
        client.get(LIST, Table)
    assert len(firewall.box.requests) == 1


@pytest.mark.slow
def test_one_that_hangs_is_given_up(firewall: LocalFirewall) -> None:
    firewall.fault(FaultKind.HANG)
    waits = Patience(call=timedelta(seconds=0.2), reload=timedelta(seconds=0.2))
    made = NodeClient(endpoint_of(firewall), firewall.url, patience=waits)
    for ask in (lambda: made.get(LIST, Table), lambda: made.reload("firewall/alias/reconfigure")):
        with pytest.raises(Unreachable) as told:
            ask()
        assert told.value.code == TestCode.TIMEOUT
    made.close()


def test_changes_that_queue_up_are_waited_for_and_a_reload_still_longer() -> None:
    waits = []

    def handle(request: httpx.Request) -> httpx.Response:
        waits.append(request.extensions["timeout"]["read"])
        return httpx.Response(200, json={})

    for read_timeout in (timedelta(seconds=1), timedelta(seconds=60)):
        endpoint = Endpoint(urls=("https://192.0.2.1",), read_timeout=read_timeout)
        made = NodeClient(endpoint, endpoint.urls[0], transport=playing(handle))
        made.get(LIST, dict)
        made.reload("firewall/alias/reconfigure")
        made.close()
    assert waits == [30, 180, 60, 180]


def test_another_shape_is_no_answer(client: NodeClient) -> None:
    with pytest.raises(BadAnswer, match="not known"):
        client.get("core/menu/search", Table)


def test_an_empty_body_is_null(firewall: LocalFirewall, client: NodeClient) -> None:
    firewall.box.configd_up = False
    assert client.get("firewall/alias_util/aliases", Any) is None


def test_a_certificate_that_is_not_trusted_is_not_spoken_to(firewall: LocalFirewall) -> None:
    made = NodeClient(endpoint_of(firewall, trust=Trust(TrustMode.SYSTEM)), firewall.url, patience=QUICK)
    with pytest.raises(Unreachable) as told:
        made.get(LIST, Table)
    assert told.value.code == TestCode.TLS_NOT_TRUSTED
    assert told.value.details["fingerprint"] == firewall.fingerprint
    assert not firewall.box.requests
    made.close()


def test_private_addresses_are_left_to_who_may_reach_them(firewall: LocalFirewall) -> None:
    endpoint: Callable[..., Endpoint] = endpoint_of
    made = NodeClient(endpoint(firewall, may_reach_private=False), firewall.url, patience=QUICK)
    with pytest.raises(ConnectorError) as told:
        made.get(LIST, Table)
    assert told.value.code == TestCode.NOT_REACHABLE_BY_YOU
    made.close()
