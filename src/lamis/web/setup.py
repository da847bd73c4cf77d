"""The first run: the first person, then the first source."""

from dataclasses import dataclass

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from lamis.access import setup_code
from lamis.access.address import is_loopback
from lamis.access.sign_in import start_session
from lamis.access.statuses import status_of
from lamis.base.errors import Conflict, Invalid, LamisError, NotAllowed
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.people import actions, queries
from lamis.storage import scopes
from lamis.tenants import actions as tenant_actions
from lamis.tenants import queries as tenant_queries
from lamis.web import first_run, paths
from lamis.web.forms import EMPTY, Form
from lamis.web.passwords import typed_twice
from lamis.web.visits import Sent, Signed, Stranger, StrangerVisit

router = APIRouter()
FIRST_TENANT = "Main"


@dataclass(frozen=True, slots=True)
class FirstPerson:
    """What was typed, and what is wrong with which field."""

    name: str
    organisation: str
    needs_code: bool
    code: str = ""
    error: str = ""
    wrong_field: str = ""

    def error_of(self, field: str) -> str:
        return self.error if self.wrong_field == field else ""


@router.get(first_run.PERSON_STEP)
def person_page(visit: Stranger) -> Response:
    if _is_done(visit):
        return visit.go(paths.OVERVIEW)
    _refuse_foreign_names(visit)
    return _person_page(visit, EMPTY)


@router.post(first_run.PERSON_STEP)
def person_sent(visit: Stranger, form: Sent) -> Response:
    if _is_done(visit):
        return visit.go(paths.OVERVIEW)
    _refuse_foreign_names(visit)
    try:
        password = typed_twice(form)
        with visit.runtime.database.write() as session:
            scopes.bind(session, EVERYTHING)  # nobody is there yet whose scope it could be
            person_id = _make_first_person(session, visit, form, password)
    except Conflict:
        return visit.go(paths.OVERVIEW)  # somebody else was a moment faster
    except (Invalid, NotAllowed) as error:
        return _person_page(visit, form, error=error)
    token = start_session(visit.runtime, person_id, address=visit.address, agent=visit.agent, now=visit.now)
    said = f"Welcome, {form.text('name')}. You run this installation now."
    return visit.signed_in(token, first_run.SOURCE_STEP, said)


@router.get(first_run.SOURCE_STEP)
def source_page(visit: Signed) -> Response:
    with visit.read() as session:
        if not visit.actor.is_operator or not first_run.is_source_due(session, now=visit.now):
            return visit.go(paths.OVERVIEW)
        return visit.page(session, "setup/source.html", room="")


@router.post("/setup/later")
def source_later(visit: Signed) -> Response:
    if not visit.actor.is_operator:
        raise NotAllowed("Only an operator decides about the first source.")
    with visit.write() as session:
        first_run.source_done(session)
    return visit.go(paths.OVERVIEW, "The first source waits; add it under Sources when you are ready.")


def _is_done(visit: StrangerVisit) -> bool:
    with visit.runtime.database.read() as session:
        return queries.anybody_exists(session)


def _make_first_person(session: Session, visit: StrangerVisit, form: Form, password: str) -> str:
    if not setup_code.is_right(session, visit.runtime.settings, form.text("code")):
        raise Invalid(
            "That is not the code LAMIS printed when it started; a restart prints a new one.", field="code"
        )
    person_id = actions.create_first_operator(
        session, name=form.text("name"), password=password, now=visit.now
    )
    _make_first_tenant(session, visit, form.text("organisation") or FIRST_TENANT)
    first_run.ask_for_source(session)
    return person_id


def _make_first_tenant(session: Session, visit: StrangerVisit, name: str) -> None:
    """The first source needs a tenant; one made on the command line before is taken as it is."""
    if tenant_queries.tenants(session, EVERYTHING):
        return
    try:
        tenant_actions.create_tenant(session, SYSTEM, name, now=visit.now)
    except Invalid as error:
        raise Invalid(error.message, field="organisation") from error


def _refuse_foreign_names(visit: StrangerVisit) -> None:
    """Without a code, only this machine may set up: a page elsewhere that resolves to it must not."""
    settings = visit.runtime.settings
    host = visit.request.url.hostname or ""
    if not setup_code.is_needed(settings) and not is_loopback(host):
        raise NotAllowed(
            f"LAMIS is set up on its own machine: open http://127.0.0.1:{settings.port} there. "
            "Behind a reverse proxy, set LAMIS_TRUSTED_PROXY and start again."
        )


def _person_page(visit: StrangerVisit, form: Form, *, error: LamisError | None = None) -> Response:
    page = FirstPerson(
        name=form.text("name"),
        organisation=form.text("organisation") or FIRST_TENANT,
        needs_code=setup_code.is_needed(visit.runtime.settings),
        code=form.text("code"),
        error=error.message if error else "",
        wrong_field=(error.field or "") if isinstance(error, Invalid) else "",
    )
    return visit.page("setup/person.html", status=status_of(error) if error else 200, page=page)
