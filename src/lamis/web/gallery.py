"""The living page of components, for whoever works on them (LAMIS_UI_GALLERY)."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from lamis.views.gallery import gallery_context
from lamis.views.render import render
from lamis.web.frame import frame_of
from lamis.web.visits import Signed

router = APIRouter()


@router.get("/ui")
def gallery_page(visit: Signed) -> Response:
    with visit.read() as session:
        frame = frame_of(session, visit.request, visit.runtime, caller=visit.caller, now=visit.now, room="")
    return HTMLResponse(render("ui/gallery.html", **gallery_context(frame)))


@router.post("/ui")
def nothing_sent(visit: Signed) -> Response:
    """The gallery's own form of one button leads back."""
    return visit.go("/ui")
