"""From what the queries answer to rows, options and empty states."""

from datetime import timedelta

from lamis.base.clock import from_ms, to_ms, utc_now
from lamis.base.scope import EVERYTHING
from lamis.connections.queries import system_status
from lamis.connections.types import Health, HealthWord, Source, SourceState, StatusWord, SystemStatus
from lamis.simulators.local import LocalIndexer
from lamis.views.links import Query
from lamis.views.pages import Emptiness, Why
from lamis.web.alert_rows import connection_options, emptiness, params_of, status_page, tenant_options
from lamis.web.visits import Visit
from tests.api.filled import connect
from tests.web.filled import add_source, change
from tests.web.site import Site


def source(word: HealthWord, **values: object) -> Source:
    plain = {
        "key": 1, "id": "s1", "name": "emea", "tenant_key": 1, "tenant_id": "t1", "tenant_name": "Acme",
        "kind": "wazuh", "urls": (), "username": "", "index_pattern": None, "generation": None,
        "dashboard_url": None, "poll_s": 10, "level_floor": None, "backfill": "24h", "trust_mode": "system",
        "fingerprint": None, "state": SourceState.ACTIVE, "health": Health(word, "It fails."),
        "last_try_ms": None, "last_good_ms": None, "newest_ms": None, "lag_ms": None, "failures": 0,
        "error_code": None, "error_text": None, "missing": 0, "windows_waiting": 0, "expired": 0,
        "created_ms": 0,
    }  # fmt: skip
    return Source(**plain | values)


def test_parameters_keep_every_value_of_a_name() -> None:
    query = Query.parse("/", "severity=high&severity=low&q=x&device=")
    assert params_of(query) == {"severity": ["high", "low"], "q": ["x"]}
    assert params_of(Query.parse("/", "tenant=all&tenant=t1")) == {"tenant": ["t1"]}


def test_a_troubled_source_is_named_with_its_reason_and_since() -> None:
    bad = source(HealthWord.FAILING, last_good_ms=1000)
    page = status_page(SystemStatus(StatusWord.ERROR, 2, 1, (bad,)), detail="else")
    (problem,) = page.problems
    assert (problem.name, problem.reason, problem.url) == ("emea", "It fails.", "/sources/s1")
    assert problem.since == from_ms(1000)
    assert page.words == "emea needs a look"


def test_a_cure_is_told_where_the_reason_does_not_say_it() -> None:
    troubled = tuple(
        source(word, health=Health(word, "It is so.", "Cure it."))
        for word in (HealthWord.FAILING, HealthWord.QUIET)
    )
    page = status_page(SystemStatus(StatusWord.ERROR, 2, 0, troubled))
    assert [problem.cure for problem in page.problems] == ["", "Cure it."]


def test_resting_is_told_once_and_not_for_each_source() -> None:
    status = SystemStatus(StatusWord.ERROR, 1, 0, (source(HealthWord.RESTING),), resting="The disk is full.")
    page = status_page(status, detail="all is here")
    assert page.problems == []
    assert (page.state, page.words) == ("bad", "The disk is full.")


def why(site: Site, visit: Visit, *, filters: int = 0) -> Emptiness:
    with site.runtime.database.read() as session:
        status = status_page(system_status(session, EVERYTHING, now=visit.now))
        since_ms = to_ms(visit.now - timedelta(hours=24))
        return emptiness(session, visit, filters=filters, clear_url="/", status=status, since_ms=since_ms)


def test_an_empty_list_is_explained_by_what_is_known(site: Site) -> None:
    visit = site.visit()
    assert why(site, visit, filters=2).why is Why.NO_SOURCES
    quiet = connect(site, site.tenant("Acme"), "emea", now=utc_now())
    assert why(site, visit, filters=2).filters == 2
    assert why(site, visit).why is Why.QUIET
    assert why(site, visit).read_at is not None
    change(site, quiet, error_code="timeout", error_text="Too slow.")
    assert why(site, visit).why is Why.PROBLEM


def test_a_source_that_was_never_read_is_being_read(site: Site) -> None:
    with LocalIndexer() as indexer:
        add_source(site, indexer, "emea")
    found = why(site, site.visit())
    assert found.why is Why.READING
    assert found.progress == 0


def test_options_name_the_state_of_sources_that_are_not_active(site: Site) -> None:
    acme = site.tenant("Acme")
    connect(site, acme, "alpha", now=utc_now())
    connect(site, acme, "beta", now=utc_now(), is_active=False)
    visit = site.visit()
    with site.runtime.database.read() as session:
        assert [name for _, name in connection_options(session, visit)] == ["alpha", "beta (paused)"]
        assert tenant_options(session, visit) == [(acme.id, "Acme")]
