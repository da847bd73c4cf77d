"""Importing sources on the page."""

from collections.abc import Iterator

import orjson
import pytest
from httpx import Response

from lamis.base.clock import iso, utc_now
from lamis.base.scope import EVERYTHING, Role
from lamis.connections import queries
from lamis.simulators.local import LocalIndexer
from tests.web.site import Browser, Site


@pytest.fixture(scope="module")
def indexer() -> Iterator[LocalIndexer]:
    with LocalIndexer() as running:
        running.add({"@timestamp": iso(utc_now()), "rule": {"id": "5710", "level": 5}, "id": "1.1"})
        yield running


def entry(indexer: LocalIndexer, name: str, **values: object) -> dict[str, object]:
    return {
        "name": name,
        "tenant": "Acme",
        "url": indexer.url,
        "username": indexer.username,
        "password": indexer.password,
        "ca_file": indexer.ca_pem,
    } | values


def send(browser: Browser, text: str = "", *, file: bytes | None = None, do: str = "save") -> Response:
    files = {} if file is None else {"file": ("sources.yaml", file)}
    fields = {"csrf": browser.csrf, "text": text, "do": do}
    if not files:
        return browser.client.post("/sources/import", data=fields)
    return browser.client.post("/sources/import", data=fields, files=files)


def listing(*entries: dict[str, object]) -> str:
    return orjson.dumps({"connections": entries}).decode()


def names(site: Site) -> list[str]:
    with site.runtime.database.read() as session:
        return [each.name for each in queries.sources(session, EVERYTHING, now=utc_now())]


def test_all_are_tested_and_told_in_one_table(site: Site, indexer: LocalIndexer) -> None:
    browser = site.operator()
    assert "<title>Import sources · LAMIS</title>" in browser.get("/sources/import").text
    text = listing(
        entry(indexer, "good"), entry(indexer, "bad", password="wrong"), entry(indexer, "odd", url="ftp://x")
    )
    page = send(browser, text)
    assert page.status_code == 422
    assert "1 of 3 saved" in page.text
    for said in ("auth_failed", "invalid", ">good</a>"):
        assert said in page.text
    assert names(site) == ["good"]


def test_a_file_is_taken_as_well(site: Site, indexer: LocalIndexer) -> None:
    browser = site.operator()
    browser.get("/sources/import")
    page = send(browser, file=listing(entry(indexer, "good")).encode())
    assert page.status_code == 200
    assert "1 of 1 saved" in page.text
    assert names(site) == ["good"]


def test_only_testing_saves_nothing_and_keeps_the_text(site: Site, indexer: LocalIndexer) -> None:
    browser = site.operator()
    page = send(browser, listing(entry(indexer, "good")), do="test")
    assert "1 of 1 passed" in page.text
    assert "nothing is saved" in page.text
    assert indexer.url in page.text
    assert names(site) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has no list"),
        ("connections: [", "neither YAML nor JSON"),
        ("connections: []", "is empty"),
        ("connections: [" + "{}," * 201 + "]", "At most 200"),
        ("[" * 3000, "neither YAML nor JSON"),
    ],
)
def test_a_text_that_is_no_list_is_said(site: Site, text: str, says: str) -> None:
    page = send(site.operator(), text)
    assert page.status_code == 422
    assert says in page.text


def test_a_file_that_is_no_text_is_named(site: Site) -> None:
    page = send(site.operator(), file=b"\xff\xfe\x00")
    assert page.status_code == 422
    assert "sources.yaml is not a text" in page.text


def test_no_file_of_the_server_is_read(site: Site, indexer: LocalIndexer) -> None:
    page = send(site.operator(), listing(entry(indexer, "x", ca_file="/etc/hostname")))
    assert "Files are not read from here" in page.text


def test_an_admin_imports_into_own_tenants_and_a_viewer_not_at_all(site: Site, indexer: LocalIndexer) -> None:
    acme = site.tenant("Acme")
    site.tenant("Globex")
    admin = site.signed_in(site.person("Adam", roles={acme.key: Role.ADMIN}))
    page = send(admin, listing(entry(indexer, "x", tenant="Globex"), entry(indexer, "y", tenant="New")))
    assert "0 of 2 saved" in page.text
    viewer = site.signed_in(site.person("Vera", roles={acme.key: Role.VIEWER}))
    assert send(viewer, "connections: []").status_code == 403
    assert names(site) == []


def test_the_form_of_a_page_is_needed_with_a_file_too(site: Site) -> None:
    browser = site.operator()
    browser.csrf = "wrong"
    assert send(browser, "connections: []").status_code == 403
    assert send(browser, file=b"connections: []").status_code == 403


def test_what_was_pasted_is_shown_and_never_run(site: Site) -> None:
    hostile = '"><script>alert(1)</script>'
    page = send(site.operator(), listing({"name": hostile, "tenant": hostile, hostile: 1}))
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text
