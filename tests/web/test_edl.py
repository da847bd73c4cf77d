"""Block lists as firewalls pull them."""

import gzip
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.blocking import actions, lists, queries_lists
from lamis.blocking.networks import parse_network
from lamis.blocking.planning import Wish
from lamis.tenants.types import TenantInfo
from tests.web.site import NOW, Site


@pytest.fixture
def acme(site: Site) -> TenantInfo:
    site.person("Olga", is_operator=True)
    return site.tenant("Acme")


@pytest.fixture
def token(site: Site, acme: TenantInfo) -> str:
    with site.runtime.database.write() as session:
        return lists.switch_on(session, SYSTEM, acme.key, now=NOW)


def block(site: Site, acme: TenantInfo, address: str, *, at: datetime = NOW) -> None:
    with site.runtime.database.write() as session:
        actions.request_block(
            session,
            SYSTEM,
            Wish(parse_network(address), "Brute force"),
            tenant_key=acme.key,
            settings=site.runtime.settings,
            now=at,
        )


def test_the_token_in_the_address_opens_the_list(site: Site, acme: TenantInfo, token: str) -> None:
    block(site, acme, "203.0.113.9")
    block(site, acme, "2001:db8::5")
    answer = site.stranger().get(f"/edl/{token}/ipv4.txt", headers={"accept-encoding": "identity"})
    assert (answer.status_code, answer.content) == (200, b"203.0.113.9\n")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert site.stranger().get(f"/edl/{token}/ipv6.txt").text == "2001:db8::5\n"


def test_an_empty_list_is_empty_and_not_missing(site: Site, token: str) -> None:
    answer = site.stranger().get(f"/edl/{token}/ipv4.txt")
    assert (answer.status_code, answer.text) == (200, "")


@pytest.mark.parametrize("path", ["/edl/wrong/ipv4.txt", "/edl/{token}/ipv5.txt"])
def test_a_wrong_token_or_name_is_404_in_plain_text(site: Site, token: str, path: str) -> None:
    answer = site.stranger().get(path.format(token=token))
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/plain; charset=utf-8")


def test_the_token_may_be_the_password_of_basic_auth(site: Site, acme: TenantInfo, token: str) -> None:
    block(site, acme, "203.0.113.9")
    browser = site.stranger()
    assert browser.client.get("/edl/ipv4.txt", auth=("anyone", token)).text == "203.0.113.9\n"
    bare = browser.get("/edl/ipv4.txt")
    assert (bare.status_code, bare.headers["www-authenticate"]) == (401, 'Basic realm="block list"')
    assert browser.get("/edl/ipv4.txt", headers={"authorization": "Basic %%%"}).status_code == 401
    assert browser.client.get("/edl/ipv4.txt", auth=("anyone", "wrong")).status_code == 404


def test_who_holds_this_version_is_told_so(site: Site, acme: TenantInfo, token: str) -> None:
    block(site, acme, "203.0.113.9")
    url, browser = f"/edl/{token}/ipv4.txt", site.stranger()
    first = browser.get(url, headers={"accept-encoding": "identity"})
    etag, modified = first.headers["etag"], first.headers["last-modified"]
    for _ in range(2):
        for sent in (
            {"if-none-match": etag},
            {"if-none-match": f"W/{etag}"},
            {"if-modified-since": modified},
        ):
            again = browser.get(url, headers=sent)
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert browser.get(url, headers={"if-none-match": '"other"'}).status_code == 200
    for date in ("yesterday", "Mon, 01 Jan 99999999999999 00:00:00 GMT"):
        assert browser.get(url, headers={"if-modified-since": date}).status_code == 200
    block(site, acme, "203.0.113.10")
    assert browser.get(url, headers={"if-none-match": etag}).status_code == 200


def test_a_time_never_means_two_versions_of_the_same_second(site: Site, acme: TenantInfo, token: str) -> None:
    url, browser = f"/edl/{token}/ipv4.txt", site.stranger()
    second = datetime.now(UTC).replace(microsecond=0)
    dates = [format_datetime(second + timedelta(seconds=n), usegmt=True) for n in (-60, -59)]
    block(site, acme, "203.0.113.9", at=second - timedelta(seconds=59.9))
    assert browser.get(url).headers["last-modified"] == dates[1]
    block(site, acme, "203.0.113.10", at=second - timedelta(seconds=59.3))
    assert browser.get(url, headers={"if-modified-since": dates[0]}).status_code == 200
    assert browser.get(url, headers={"if-modified-since": dates[1]}).status_code == 304
    block(site, acme, "203.0.113.11", at=second + timedelta(hours=1))
    assert "last-modified" not in browser.get(url).headers


def test_it_is_packed_for_who_takes_that_with_an_etag_of_its_own(
    site: Site, acme: TenantInfo, token: str
) -> None:
    block(site, acme, "203.0.113.9")
    url, browser = f"/edl/{token}/ipv4.txt", site.stranger()
    packed = browser.get(url, headers={"accept-encoding": "gzip"})
    assert (packed.headers["content-encoding"], packed.text) == ("gzip", "203.0.113.9\n")
    assert packed.headers["vary"] == "Accept-Encoding"
    again = browser.get(url, headers={"if-none-match": packed.headers["etag"]})
    assert again.status_code == 304
    with site.runtime.database.read() as session:
        row = queries_lists.text_row(session, EVERYTHING, acme.key, 4)
    assert row is not None
    assert gzip.decompress(row.packed) == row.body


def test_who_takes_no_gzip_gets_none(site: Site, acme: TenantInfo, token: str) -> None:
    block(site, acme, "203.0.113.9")
    answer = site.stranger().get(f"/edl/{token}/ipv4.txt", headers={"accept-encoding": "gzip;q=0"})
    assert "content-encoding" not in answer.headers
    assert answer.content == b"203.0.113.9\n"


def test_head_answers_as_get_does(site: Site, acme: TenantInfo, token: str) -> None:
    block(site, acme, "203.0.113.9")
    answer = site.stranger().client.head(f"/edl/{token}/ipv4.txt")
    assert (answer.status_code, answer.content) == (200, b"")
    assert "etag" in answer.headers


def test_who_pulled_when_and_which_version_is_kept(site: Site, acme: TenantInfo, token: str) -> None:
    block(site, acme, "203.0.113.9")
    browser = site.stranger()
    for _ in range(3):
        browser.get(f"/edl/{token}/ipv4.txt", headers={"user-agent": "PAN-OS " + "x" * 300})
    with site.runtime.database.read() as session:
        (pull,) = queries_lists.pulls(session, EVERYTHING, acme.key)
        row = queries_lists.list_row(session, EVERYTHING, acme.key)
    assert row is not None
    assert (pull.address, pull.agent[:6], len(pull.agent)) == ("testclient", "PAN-OS", 120)
    assert (pull.number, pull.pulls) == (row.number, 1)
