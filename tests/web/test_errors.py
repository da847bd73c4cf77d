"""Errors as pages with a next step."""

from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from lamis.access.statuses import status_of
from lamis.base.errors import Conflict, Invalid, LamisError, NotAllowed, NotFound, TooSoon, Unavailable
from lamis.base.scope import Role
from lamis.storage.engine import Database
from lamis.storage.postgres import Postgres
from lamis.web.app import build_web
from tests.engines.node import free_port
from tests.web.site import HOME, Site


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("x"), 404),
        (NotAllowed("x"), 403),
        (Conflict("x"), 409),
        (Invalid("x"), 422),
        (TooSoon("x", retry_after=timedelta(seconds=1)), 429),
        (Unavailable("x"), 503),
        (LamisError("x"), 500),
    ],
)
def test_each_error_has_its_status(error: LamisError, status: int) -> None:
    assert status_of(error) == status


def test_an_unknown_page_is_told_within_the_frame_of_whoever_asks(site: Site) -> None:
    page = site.operator().get("/no/such/page")
    assert page.status_code == 404
    assert "<title>Not found · LAMIS</title>" in page.text
    assert 'aria-label="Main"' in page.text
    stranger = site.stranger().get("/no/such/page")
    assert stranger.status_code == 404
    assert 'aria-label="Main"' not in stranger.text


def test_a_path_in_an_error_is_never_markup(site: Site) -> None:
    assert "<script>alert" not in site.operator().get("/<script>alert(1)</script>").text


def test_a_refusal_says_whom_to_ask(site: Site) -> None:
    acme = site.tenant("Acme")
    page = site.signed_in(site.person("Vera", roles={acme.key: Role.VIEWER})).get("/tenants")
    assert page.status_code == 403
    assert "ask an admin of the tenant or an operator" in page.text


def test_a_wrong_method_is_a_page_too(site: Site) -> None:
    page = site.operator().post("/account")
    assert page.status_code == 405
    assert "text/html" in page.headers["content-type"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_unexpected_error_is_a_page_with_a_reference_and_all_headers(site: Site) -> None:
    site.operator()
    site.runtime.database.close()
    site.runtime.database.path.unlink()
    client = TestClient(build_web(site.runtime), base_url=HOME, raise_server_exceptions=False)
    page = client.get("/sign-in")
    assert page.status_code == 500
    assert "LAMIS has failed here" in page.text
    assert "no such table" not in page.text
    assert page.headers["content-security-policy"]
    assert len(page.text.split("<code>")[1].split("</code>")[0]) == 8


def test_a_database_that_is_away_is_told_in_a_sentence(site: Site) -> None:
    gone = Database(Postgres(f"postgresql://lamis:secret@127.0.0.1:{free_port()}/lamis"))
    client = TestClient(
        build_web(replace(site.runtime, database=gone)), base_url=HOME, raise_server_exceptions=False
    )
    page = client.get("/sign-in")
    assert page.status_code == 503
    assert "The database cannot be reached." in page.text
    assert "secret" not in page.text
    gone.close()


def test_a_text_that_no_database_keeps_is_refused_on_both_engines(site: Site) -> None:
    olga = site.operator()
    for path in ("/incidents?q=%00", "/blocking?cursor=%00", "/people/%00", "/?tenant=%00"):
        page = olga.get(path)
        assert page.status_code < 500, path
        assert 'aria-label="Main"' in page.text
    stranger = site.stranger()
    stranger.get("/sign-in")
    assert stranger.post("/sign-in", name="a\0", password="x").status_code < 500
