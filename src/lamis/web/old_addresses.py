"""The first dashboard's addresses lead to the pages that took their place."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lamis.web import first_run, paths

router = APIRouter()
NEW = {
    "/auth/login": paths.SIGN_IN,
    "/auth/setup": first_run.PERSON_STEP,
    "/managers/setup": first_run.SOURCE_STEP,
    "/managers/manage": "/sources",
}


async def _lead_on(request: Request) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(NEW[request.url.path] + query, 303)


for old in NEW:
    router.add_api_route(old, _lead_on, methods=["GET", "HEAD"])
