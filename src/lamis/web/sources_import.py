"""Importing sources and firewalls: pasted or uploaded, worked off by a task, told in one table that fills."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from lamis.access.importing import IMPORT_TASK
from lamis.base.errors import Invalid
from lamis.base.scope import Permission
from lamis.connections.import_file import Entry, read_import_text
from lamis.connections.types import FIREWALL_KINDS
from lamis.tasks.actions import ask
from lamis.tasks.queries import task_asked
from lamis.tasks.types import RESULTS, SEALED, TaskInfo, TaskState
from lamis.web.sources import ROOM
from lamis.web.visits import Signed, Visit

router = APIRouter(prefix="/sources")
MOST_ENTRIES = 200
RENEW_S = 2
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


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One entry and what became of it; `state` is that of `ui.health`, `code` empty until its test ended."""

    name: str
    tenant: str
    outcome: str
    state: str
    code: str = ""
    message: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ImportPage:
    """An import: `share` of it is done, `passed` tests passed; `failure` is why it ended early."""

    rows: Sequence[ImportRow]
    done: int
    passed: int
    is_dry: bool
    is_open: bool
    failure: str

    @property
    def share(self) -> float:
        return self.done / len(self.rows)


@router.get("/import")
def import_page(visit: Signed) -> Response:
    visit.actor.require(Permission.MANAGE_CONNECTIONS)
    return _form(visit)


@router.post("/import")
def import_sent(visit: Signed, sent: Annotated[ImportForm, Depends(sent_import)]) -> Response:
    visit.actor.require(Permission.MANAGE_CONNECTIONS)
    try:
        text = _text(sent)
        called = sent.file_name or _PASTED
        entries = read_import_text(text, called=called)
        if not entries:
            raise Invalid("The list `connections:` is empty.")
        if len(entries) > MOST_ENTRIES:
            raise Invalid(f"At most {MOST_ENTRIES} connections are imported at once; split the file.")
    except Invalid as problem:
        return _form(visit, sent.text, error=problem.message)
    subject = {
        SEALED: visit.runtime.keys.vault.seal(text),
        "called": called,
        "is_dry": sent.is_dry,
        "entries": [_named(entry) for entry in entries],
    }
    with visit.write() as session:
        task_id = ask(session, visit.actor, kind=IMPORT_TASK, tenant_key=None, subject=subject, now=visit.now)
    visit.runtime.alarm("act")
    return visit.go(f"/sources/import/{task_id}")


@router.get("/import/{task_id}")
def import_state(visit: Signed, task_id: str) -> Response:
    """Only whoever asked for it sees it, and operators."""
    with visit.read() as session:
        page = _state(task_asked(session, visit.actor, task_id, kind=IMPORT_TASK))
        return visit.page(
            session,
            "sources/imported.html",
            room=ROOM,
            refresh_s=RENEW_S if page.is_open else None,
            page=page,
        )


def _form(visit: Visit, text: str = "", *, error: str = "") -> Response:
    with visit.read() as session:
        return visit.page(
            session,
            "sources/import.html",
            room=ROOM,
            status=422 if error else 200,
            text=text,
            error=error,
        )


def _named(entry: Entry) -> dict[str, str]:
    kind = entry.draft.kind.value if entry.draft else ""
    return {"name": entry.name, "tenant": entry.tenant, "kind": kind}


def _state(task: TaskInfo) -> ImportPage:
    subject: Mapping[str, Any] = task.subject
    results: Mapping[str, Mapping[str, Any]] = subject.get(RESULTS, {})
    is_open = task.state in {TaskState.WAITING, TaskState.RUNNING}
    rows = [
        _row(entry, results.get(str(number)), is_dry=subject["is_dry"], is_open=is_open)
        for number, entry in enumerate(subject["entries"])
    ]
    return ImportPage(
        rows=rows,
        done=len(results),
        passed=sum(bool(result["is_ok"]) for result in results.values()),
        is_dry=subject["is_dry"],
        is_open=is_open,
        failure=task.message if task.state is TaskState.FAILED else "",
    )


def _row(
    entry: Mapping[str, str], result: Mapping[str, Any] | None, *, is_dry: bool, is_open: bool
) -> ImportRow:
    if result is None:
        outcome = "waiting" if is_open else "not tried"
        return ImportRow(entry["name"], entry["tenant"], outcome, "off")
    if not result["is_ok"]:
        outcome, state = "failed", "bad"
    else:
        outcome, state = ("only tested" if is_dry else "stored"), "ok"
    return ImportRow(
        entry["name"],
        entry["tenant"],
        outcome,
        state,
        code=result["code"],
        message=result["message"],
        url=_url(entry, result["connection_id"]),
    )


def _url(entry: Mapping[str, str], connection_id: str | None) -> str:
    """The page of what was stored; empty where nothing was."""
    room = "firewalls" if entry.get("kind") in FIREWALL_KINDS else "sources"
    return f"/{room}/{connection_id}" if connection_id else ""


def _text(sent: ImportForm) -> str:
    """A file before pasted text. Raises Invalid for one that is no text."""
    try:
        return sent.file.decode() if sent.file_name else sent.text
    except UnicodeDecodeError as error:
        raise Invalid(f"{sent.file_name} is not a text in UTF-8.") from error
