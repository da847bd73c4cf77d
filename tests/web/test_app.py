"""What holds for every page: headers, static files, errors, the standing banner."""

from dataclasses import replace

import pytest

from lamis.base.errors import Invalid
from lamis.connections.queries import DISK_STATE
from lamis.storage.engine import Database
from lamis.storage.redis_link import RedisLink
from lamis.storage.state import set_state
from lamis.views.render import static_url
from lamis.web.app import build_web
from tests.engines.node import free_port
from tests.web.site import Site, make_runtime


def test_every_answer_carries_the_security_headers(site: Site) -> None:
    browser = site.operator()
    for path in ("/account", "/no/such/page", "/static/css/base.css", "/sign-in"):
        headers = browser.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'self';"), path
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "strict-transport-security" not in headers


def test_pages_hold_no_inline_script_or_style(site: Site) -> None:
    browser = site.operator()
    for path in ("/account", "/people", "/people/add", "/tenants"):
        text = browser.get(path).text
        assert "<script>" not in text
        assert " style=" not in text
        assert " onclick=" not in text


def test_pages_are_not_kept_and_digested_files_are_kept_for_ever(site: Site) -> None:
    browser = site.operator()
    assert browser.get("/account").headers["cache-control"] == "no-store"
    assert "immutable" in browser.get(static_url("css/base.css")).headers["cache-control"]
    assert browser.get("/static/css/base.css").headers["cache-control"] == "no-cache"
    assert browser.get("/static/../render.py").status_code == 404


def test_behind_a_trusted_proxy_with_tls_cookies_are_secure_and_the_host_is_pinned(
    database: Database,
) -> None:
    site = Site(make_runtime(database, trusted_proxy="192.0.2.1"))
    site.person("Olga", is_operator=True)
    proxied = site.stranger(client=("192.0.2.1", 1)).get("/sign-in", headers={"X-Forwarded-Proto": "https"})
    assert "Secure" in proxied.headers["set-cookie"]
    assert proxied.headers["strict-transport-security"]
    claimed = site.stranger(client=("192.0.2.9", 1)).get("/sign-in", headers={"X-Forwarded-Proto": "https"})
    assert "Secure" not in claimed.headers["set-cookie"]


def test_a_wrong_trusted_proxy_stops_the_start(database: Database) -> None:
    with pytest.raises(Invalid, match="LAMIS_TRUSTED_PROXY"):
        build_web(make_runtime(database, trusted_proxy="my-proxy"))


def test_every_page_says_that_collecting_rests(site: Site) -> None:
    browser = site.operator()
    assert "Collecting rests" not in browser.get("/account").text
    with site.runtime.database.write() as session:
        set_state(session, DISK_STATE, "Collecting rests: 12 MB are free.")
    assert "Collecting rests: 12 MB are free." in browser.get("/account").text


def test_every_page_says_that_redis_is_away_and_no_page_says_where_it_is(database: Database) -> None:
    link = RedisLink(f"redis://:parole@127.0.0.1:{free_port()}/0", mark="m")
    browser = Site(replace(make_runtime(database), redis=link)).operator()
    assert "Redis" not in browser.get("/account").text
    link.look()
    page = browser.get("/account").text
    assert "Redis cannot be reached." in page
    assert "127.0.0.1:" not in page.partition("Redis cannot be reached.")[2][:200]
    assert "parole" not in page
    link.close()


def test_a_form_of_any_size_is_not_read_into_memory(site: Site) -> None:
    site.person("Olga", is_operator=True)
    browser = site.stranger()
    browser.get("/sign-in")
    page = browser.post("/sign-in", name="x" * 2_500_000)
    assert page.status_code == 413
    assert page.headers["content-security-policy"]
