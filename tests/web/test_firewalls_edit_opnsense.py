"""Connecting a simulated OPNsense from the form, over real HTTP and TLS."""

import re
from collections.abc import Iterator
from html import unescape

import pytest

from lamis.base.clock import utc_now
from lamis.base.scope import EVERYTHING
from lamis.connections.queries_firewalls import firewalls
from lamis.connections.types_firewall import FirewallInfo
from lamis.simulators.opnsense.local import LocalFirewall
from tests.web.site import Browser, Site

_KEPT = re.compile(r'name="kept" value="([^"]*)"')


@pytest.fixture
def box() -> Iterator[LocalFirewall]:
    with LocalFirewall(is_prepared=False, login_pad_s=0) as running:
        yield running


def typed(box: LocalFirewall, **changes: str) -> dict[str, str]:
    return {
        "name": "fw-3",
        "urls": box.url,
        "username": box.key,
        "password": box.secret,
        "trust": "fingerprint",
        "fingerprint": box.fingerprint,
        "alias": box.alias,
    } | changes


def kept_in(text: str) -> str:
    found = _KEPT.search(text)
    assert found
    return unescape(found[1])


def stored(site: Site) -> list[FirewallInfo]:
    with site.runtime.database.read() as session:
        return firewalls(session, EVERYTHING, now=utc_now())


@pytest.fixture
def operator(site: Site) -> Browser:
    site.tenant("Acme")
    return site.operator()


def test_from_an_unknown_certificate_to_a_rule_that_drops(
    site: Site, operator: Browser, box: LocalFirewall
) -> None:
    page = operator.post("/firewalls/add", **typed(box, trust="system", fingerprint=""))
    assert page.status_code == 422
    assert "tls_not_trusted" in page.text
    assert f'value="{box.fingerprint}"' in page.text
    pinned = typed(box, password="", kept=kept_in(page.text), pin=box.fingerprint)
    page = operator.post("/firewalls/add", **pinned)
    assert "alias_missing" in page.text
    assert "Make it, test and save" in page.text
    assert (stored(site), box.secret in page.text) == ([], False)
    made = typed(box, password="", kept=kept_in(page.text), do="make")
    answer = operator.post("/firewalls/add", **made)
    assert answer.status_code == 303, answer.text
    assert "fw-3 is connected; its test passed." in operator.follow(answer).text
    (firewall,) = stored(site)
    assert firewall.health.is_good
    assert firewall.own_networks
    assert "OPNsense 26.7.2" in operator.post(f"/firewalls/{firewall.id}/test").text


def test_a_wrong_secret_is_named_and_nothing_is_sent_on(
    site: Site, operator: Browser, box: LocalFirewall
) -> None:
    page = operator.post("/firewalls/add", **typed(box, password="not the secret"))
    assert page.status_code == 422
    assert "auth_failed" in page.text
    assert "not the secret" not in page.text
    assert stored(site) == []


def test_something_else_than_a_firewall_is_named(site: Site, operator: Browser, box: LocalFirewall) -> None:
    box.fault("html")
    page = operator.post("/firewalls/add", **typed(box))
    assert "not_a_firewall" in page.text
    assert stored(site) == []
