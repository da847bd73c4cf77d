"""Importing sources: pasted or uploaded, tested side by side, told in one table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from lamis.access.importing import Imported, import_connections
from lamis.base.errors import Invalid
from lamis.base.scope import Permission
from lamis.connections.import_file import read_import_text
from lamis.web.sources import ROOM
from lamis.web.visits import Signed, Visit

router = APIRouter(prefix="/sources")
MOST_ENTRIES = 200
_PASTED = "The text"


@dataclass(frozen=True, slots=True)
class ImportForm:
    """What was sent: the pasted text, the file by its name, whether to test only."""

    text: str = ""
    file: bytes = b""
    file_name: str = ""
    is_dry: bool = False


async def sent_import(request: Request) -> ImportForm:
    """FastAPI dependency: the form of an import, its file read."""
    form = await request.form(max_files=1)
    text, file = form.get("text"), form.get("file")
    content, name = b"", ""
    if isinstance(file, UploadFile) and file.filename:
        content, name = await file.read(), file.filename
    await form.close()
    return ImportForm(
        text=text if isinstance(text, str) else "",
        file=content,
        file_name=name,
        is_dry=form.get("do") == "test",
    )


@router.get("/import")
def import_page(visit: Signed) -> Response:
    visit.actor.require(Permission.MANAGE_CONNECTIONS)
    with visit.read() as session:
        return visit.page(
            session, "sources/import.html", room=ROOM, text="", error="", found=(), is_dry=False
        )


@router.post("/import")
def import_sent(visit: Signed, sent: Annotated[ImportForm, Depends(sent_import)]) -> Response:
    visit.actor.require(Permission.MANAGE_CONNECTIONS)
    found: list[Imported] = []
    error = ""
    try:
        entries = read_import_text(_text(sent), called=sent.file_name or _PASTED)
        if len(entries) > MOST_ENTRIES:
            raise Invalid(f"At most {MOST_ENTRIES} sources are imported at once; split the file.")
        found = import_connections(visit.runtime, visit.actor, entries, is_dry=sent.is_dry)
        error = "" if found else "The list `connections:` is empty."
    except Invalid as problem:
        error = problem.message
    return _page(visit, sent, found, error=error)


def _page(visit: Visit, sent: ImportForm, found: Sequence[Imported], *, error: str = "") -> Response:
    is_well = not error and all(each.result.is_ok for each in found)
    is_done = bool(found) and is_well and not sent.is_dry
    with visit.read() as session:
        return visit.page(
            session,
            "sources/import.html",
            room=ROOM,
            status=200 if is_well else 422,
            text="" if is_done else sent.text,
            error=error,
            found=found,
            is_dry=sent.is_dry,
        )


def _text(sent: ImportForm) -> str:
    """A file before pasted text. Raises Invalid for one that is no text."""
    try:
        return sent.file.decode() if sent.file_name else sent.text
    except UnicodeDecodeError as error:
        raise Invalid(f"{sent.file_name} is not a text in UTF-8.") from error
