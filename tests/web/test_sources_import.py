"""Importing sources on the page: asked for, worked off by the workers, told to whoever asked."""

import orjson
import pytest
from httpx import Response

from lamis.base.clock import utc_now
from lamis.base.scope import EVERYTHING, SYSTEM, Role
from lamis.connections import queries
from lamis.people.actions import set_role
from lamis.simulators.local import LocalIndexer
from lamis.tasks.queries import newest_tasks
from lamis.workers.chores import Chores
from tests.fakes.vendor import install
from tests.web.site import Browser, Site


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


def imported(site: Site, browser: Browser, answer: Response) -> Response:
    """The page that the form led to, once the workers are done."""
    Chores(site.runtime).look()
    return browser.follow(answer)


def test_the_form_answers_at_once_and_its_page_renews_itself_until_all_is_told(
    site: Site, indexer: LocalIndexer
) -> None:
    browser = site.operator()
    assert "<title>Import sources and firewalls · LAMIS</title>" in browser.get("/sources/import").text
    text = listing(
        entry(indexer, "good"), entry(indexer, "bad", password="wrong"), entry(indexer, "odd", url="ftp://x")
    )
    asked = len(indexer.requests)
    answer = send(browser, text)
    waiting = browser.follow(answer).text
    assert len(indexer.requests) == asked
    assert 'http-equiv="refresh" content="2"' in waiting
    assert "0 of 3 done" in waiting
    assert waiting.count("waiting</span>") == 3
    page = imported(site, browser, answer).text
    assert 'http-equiv="refresh"' not in page
    assert "1 of 3 stored" in page
    for said in ("auth_failed", "invalid", ">good</a>", "stored</span>"):
        assert said in page
    assert page.count("failed</span>") == 2
    assert names(site) == ["good"]


def test_a_file_is_taken_as_well(site: Site, indexer: LocalIndexer) -> None:
    browser = site.operator()
    browser.get("/sources/import")
    page = imported(site, browser, send(browser, file=listing(entry(indexer, "good")).encode()))
    assert "1 of 1 stored" in page.text
    assert names(site) == ["good"]


def test_only_testing_saves_nothing(site: Site, indexer: LocalIndexer) -> None:
    browser = site.operator()
    page = imported(site, browser, send(browser, listing(entry(indexer, "good")), do="test"))
    assert "1 of 1 passed" in page.text
    assert "only tested</span>" in page.text
    assert names(site) == []


def test_only_whoever_asked_and_operators_see_an_import(site: Site, indexer: LocalIndexer) -> None:
    acme = site.tenant("Acme")
    adam = site.signed_in(site.person("Adam", roles={acme.key: Role.ADMIN}))
    anna = site.signed_in(site.person("Anna", roles={acme.key: Role.ADMIN}))
    vera = site.signed_in(site.person("Vera", roles={acme.key: Role.VIEWER}))
    path = send(adam, listing(entry(indexer, "lost", url="ftp://x"))).headers["location"]
    Chores(site.runtime).look()
    assert "lost" in adam.get(path).text
    assert "lost" in site.operator().get(path).text
    for other in (anna, vera):
        foreign, unknown = other.get(path), other.get("/sources/import/unknown")
        assert foreign.status_code == unknown.status_code == 404
        assert "lost" not in foreign.text
    assert site.stranger().get(path).headers["location"].startswith("/sign-in?next=")


def test_no_secret_lies_open_in_the_row_or_on_the_page(site: Site, indexer: LocalIndexer) -> None:
    browser = site.operator()
    answer = send(browser, listing(entry(indexer, "x", password="hunter-2-hunter")))
    with site.runtime.database.read() as session:
        (task,) = newest_tasks(session, EVERYTHING)
    assert "hunter-2" not in str(task)
    assert "hunter-2" not in browser.follow(answer).text


def test_an_import_that_ended_early_says_why(site: Site, indexer: LocalIndexer) -> None:
    acme = site.tenant("Acme")
    person = site.person("Adam", roles={acme.key: Role.ADMIN})
    browser = site.signed_in(person)
    answer = send(browser, listing(entry(indexer, "x")))
    with site.runtime.database.write() as session:
        set_role(session, SYSTEM, person, tenant_key=acme.key, role=Role.VIEWER, now=utc_now())
    page = imported(site, browser, answer).text
    assert "may no longer manage connections" in page
    assert "not tried</span>" in page
    assert names(site) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has no list"),
        ("connections: [", "neither YAML nor JSON"),
        ("connections: []", "is empty"),
        ("connections: [" + "{}," * 201 + "]", "At most 200"),
        pytest.param("[" * 3000, "neither YAML nor JSON", marks=pytest.mark.slow),
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
    browser = site.operator()
    page = imported(site, browser, send(browser, listing(entry(indexer, "x", ca_file="/etc/hostname"))))
    assert "Files are not read from here" in page.text


def test_an_admin_imports_into_own_tenants_and_a_viewer_not_at_all(site: Site, indexer: LocalIndexer) -> None:
    acme = site.tenant("Acme")
    site.tenant("Globex")
    admin = site.signed_in(site.person("Adam", roles={acme.key: Role.ADMIN}))
    text = listing(entry(indexer, "x", tenant="Globex"), entry(indexer, "y", tenant="New"))
    page = imported(site, admin, send(admin, text))
    assert "0 of 2 stored" in page.text
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
    browser = site.operator()
    page = imported(site, browser, send(browser, listing({"name": hostile, "tenant": hostile, hostile: 1})))
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


def test_firewalls_are_imported_beside_sources_and_lead_to_their_own_page(
    site: Site, indexer: LocalIndexer, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch)
    firewall = {
        "name": "fw-3",
        "tenant": "Acme",
        "kind": "opnsense",
        "url": "https://192.0.2.30",
        "username": "the-key",
        "password": "s3cr3t-of-the-box",
    }
    browser = site.operator()
    page = imported(site, browser, send(browser, listing(entry(indexer, "good"), firewall))).text
    assert "2 of 2 stored" in page
    with site.runtime.database.read() as session:
        source = queries.connection_named(session, EVERYTHING, "good").id
        stored = queries.connection_named(session, EVERYTHING, "fw-3").id
    assert f'href="/sources/{source}">good</a>' in page
    assert f'href="/firewalls/{stored}">fw-3</a>' in page
    assert names(site) == ["good"]
