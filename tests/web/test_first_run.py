"""When the first source is still to be connected."""

from starlette.requests import Request

from lamis.storage.engine import Database
from lamis.web import first_run
from tests.web.site import NOW


def request(path: str, method: str = "GET") -> Request:
    return Request({"type": "http", "method": method, "path": path, "headers": [], "query_string": b""})


def test_the_source_is_due_only_after_the_set_up_page_made_somebody(database: Database) -> None:
    with database.write() as session:
        assert not first_run.is_source_due(session, now=NOW)
        first_run.ask_for_source(session)
        assert first_run.is_source_due(session, now=NOW)
        assert first_run.leads_away(session, request("/"), now=NOW)
        assert first_run.leads_away(session, request("/alerts"), now=NOW)
        first_run.source_done(session)
        assert not first_run.leads_away(session, request("/"), now=NOW)


def test_people_and_sources_may_come_first_and_forms_are_never_led_away(database: Database) -> None:
    with database.write() as session:
        first_run.ask_for_source(session)
        for path in (
            "/people/add",
            "/firewalls/add",
            "/sources/new",
            "/account",
            "/tenants",
            "/setup/source",
        ):
            assert not first_run.leads_away(session, request(path), now=NOW)
        assert not first_run.leads_away(session, request("/", "POST"), now=NOW)
