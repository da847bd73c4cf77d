"""The switches of the frame: the tenant shown, the theme."""

from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.responses import Response

from lamis.access import cookies
from lamis.people import sign_ins
from lamis.tenants import queries
from lamis.views.links import Query
from lamis.views.rows import THEME_COOKIE, theme_of
from lamis.web import paths
from lamis.web.visits import Sent, Signed

router = APIRouter()
_YEAR_S = 31_536_000


@router.post("/tenant")
def tenant_switched(visit: Signed, form: Sent) -> Response:
    """Narrow every page of this browser to one tenant; empty shows all again."""
    tenant_id = form.text("tenant")
    with visit.write() as session:
        tenant = queries.tenant_by_id(session, visit.actor.full_scope, tenant_id) if tenant_id else None
        sign_ins.switch_tenant(
            session,
            visit.request.cookies[cookies.SESSION],
            tenant_key=tenant.key if tenant else None,
            now=visit.now,
        )
    # An address that named a tenant of its own would hide the switch.
    back = urlsplit(paths.local(form.text("next")))
    return visit.go(Query.parse(back.path, back.query).without("tenant"))


@router.post("/theme")
def theme_switched(visit: Signed, form: Sent) -> Response:
    """Keep the theme in a cookie of its own, which the page's script writes too."""
    response = visit.go(paths.local(form.text("next")))
    settings = visit.runtime.settings
    theme = theme_of(form.text("theme")).value
    cookies.set_cookie(
        response,
        visit.request,
        settings,
        name=THEME_COOKIE,
        value=theme,
        max_age_s=_YEAR_S,
        is_for_scripts=True,
    )
    return response
