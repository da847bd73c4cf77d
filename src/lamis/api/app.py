"""The API as one application."""

from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from lamis import __version__
from lamis.api import (
    alerts,
    allow_list,
    blocks,
    channels,
    connections,
    deliveries,
    exports,
    firewalls,
    first_dashboard,
    incidents,
    live,
    people,
    reconcile,
    tasks,
    tenants,
    tokens,
)
from lamis.api.envelope import Envelope
from lamis.api.problems import tell_problems
from lamis.storage.runtime import Runtime

PREFIX = "/api/v2"
_ABOUT = (
    "Alerts of every connection, and the connections themselves. Sign in at `/api/v2/auth/token` and send"
    " `Authorization: Bearer …`. Errors are problem details (RFC 9457) with a member `error`."
)
# What a route does hangs on its code alone, and the framework takes long to work it out: once for all
# applications of this process.
_SECOND = APIRouter(prefix=PREFIX)
for _room in (
    tokens,
    exports,
    live,
    alerts,
    incidents,
    connections,
    reconcile,
    firewalls,
    blocks,
    allow_list,
    tasks,
    tenants,
    people,
    channels,
    deliveries,
):
    _SECOND.include_router(_room.router)
_ALL = APIRouter()
_ALL.include_router(_SECOND)
_ALL.include_router(first_dashboard.router, prefix="/api")


class Api(FastAPI):
    """FastAPI with our components in its OpenAPI document."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            document = super().openapi()
            components = document.setdefault("components", {})
            components.setdefault("schemas", {}).update(alerts.schemas() | incidents.schemas())
            components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
            document["security"] = [{"bearer": []}]
            document["paths"][f"{PREFIX}/auth/token"]["post"]["security"] = []
        assert self.openapi_schema is not None
        return self.openapi_schema


def build_api(runtime: Runtime) -> ASGIApp:
    """Everything below `/api`; it answers errors itself."""
    app = Api(
        title="LAMIS",
        version=__version__,
        description=_ABOUT,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.runtime = runtime
    tell_problems(app)
    app.router.routes.extend(_ALL.routes)
    return Envelope(app)
