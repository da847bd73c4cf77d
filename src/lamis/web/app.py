"""The pages, put together."""

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from lamis.access.address import check_trusted_proxy
from lamis.storage.runtime import Runtime
from lamis.web import (
    account,
    alerts,
    blocking,
    blocking_ask,
    blocking_files,
    blocking_lists,
    channels,
    channels_edit,
    deliveries,
    edl,
    firewalls,
    firewalls_edit,
    gallery,
    incidents,
    incidents_work,
    old_addresses,
    overview,
    people,
    setup,
    sign_in,
    sources,
    sources_edit,
    sources_import,
    switches,
    tenants,
)
from lamis.web.errors import tell_errors
from lamis.web.first_run import PersonFirst
from lamis.web.headers import SecurityHeaders
from lamis.web.statics import Statics

ROUTERS = (
    sign_in.router,
    setup.router,
    overview.router,
    alerts.router,
    incidents_work.router,
    incidents.router,
    firewalls_edit.router,
    firewalls.router,
    blocking_ask.router,
    blocking_files.router,
    blocking_lists.router,
    blocking.router,
    edl.router,
    channels_edit.router,
    channels.router,
    deliveries.router,
    sources_edit.router,
    sources_import.router,
    sources.router,
    account.router,
    people.router,
    tenants.router,
    switches.router,
    old_addresses.router,
)

LARGEST_FORM_BYTES = 2_000_000

# What a route does hangs on its code alone, and the framework takes long to work it out: once for all
# applications of this process.
_PAGES = APIRouter()
for _router in ROUTERS:
    _PAGES.include_router(_router)


def build_web(runtime: Runtime) -> ASGIApp:
    """The application of every page. Raises Invalid for a wrong LAMIS_TRUSTED_PROXY."""
    check_trusted_proxy(runtime.settings)
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        max_body_size=LARGEST_FORM_BYTES,
    )
    app.state.runtime = runtime
    app.router.routes.extend(_PAGES.routes)
    if runtime.settings.ui_gallery:
        app.include_router(gallery.router)
    app.mount("/static", Statics(), name="static")
    app.add_middleware(PersonFirst, runtime=runtime)
    tell_errors(app)
    # Around the whole, because the framework's page of an unexpected error is outside its middleware.
    return SecurityHeaders(app, runtime.settings)
