"""Importing sources that somebody pasted: tested side by side, each stored as its own test ends."""

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lamis.access.importing import REFUSALS, Imported, refused, store_entry, test_entry
from lamis.base.errors import LamisError
from lamis.base.scope import Actor, Permission
from lamis.connections.import_file import Entry, read_import_text
from lamis.connections.testing import SIDE_BY_SIDE
from lamis.people.queries import actor_of
from lamis.tasks.actions import keep_result
from lamis.tasks.types import RESULTS, SEALED, ClaimedTask
from lamis.workers.work import Work, WorkLost

KIND = "import"
HOLD_S = 5.0


class NoLongerAllowed(LamisError):
    """Whoever asked for the work has left, or lost the right to it."""


@dataclass(frozen=True, slots=True)
class _Import:
    work: Work
    claimed: ClaimedTask

    @property
    def is_dry(self) -> bool:
        return bool(self.claimed.subject["is_dry"])

    def entries(self) -> list[Entry]:
        sealed, called = self.claimed.subject[SEALED], self.claimed.subject["called"]
        return read_import_text(self.work.runtime.keys.vault.open(str(sealed)), called=str(called))

    def one(self, number: int, entry: Entry) -> None:
        """Test one entry, store it if it passed, and keep what became of it in the task."""
        runtime = self.work.runtime
        with runtime.database.read() as session:
            actor = self._asker(session)
        result = test_entry(runtime, actor, entry)
        found = Imported(entry.name, entry.tenant, result)
        if result.is_ok and not self.is_dry:
            try:
                with runtime.database.write() as session:
                    asker = self._asker(session)  # a test takes a while: rights may have gone since
                    self._keep(session, number, store_entry(session, runtime, asker, entry, tested=result))
                return
            except REFUSALS as error:
                found = refused(entry, error)
        with runtime.database.write() as session:
            self._keep(session, number, found)

    def _asker(self, session: Session) -> Actor:
        """Who asked, with the rights of this moment."""
        actor = actor_of(session, self.claimed.asked_by)
        if actor is None or not actor.may(Permission.MANAGE_CONNECTIONS):
            raise NoLongerAllowed("Whoever asked for this import may no longer manage sources.")
        return actor

    def _keep(self, session: Session, number: int, found: Imported) -> None:
        if not keep_result(session, self.claimed, number=number, result=_told(found)):
            raise WorkLost


def import_sources(work: Work, claimed: ClaimedTask) -> str:
    """Work off the entries in the task's subject; returns the sentence for its row.

    An entry and its result are stored in one transaction, so that whoever goes on after a kill knows which
    are done. Raises NoLongerAllowed, and SecretUnreadable when the keys were changed in between.
    """
    job = _Import(work, claimed)
    entries = job.entries()
    results = claimed.subject.get(RESULTS)
    done = {int(number) for number in results} if isinstance(results, dict) else set()
    work.go_on(len(done), len(entries))
    pool = ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="lamis-import")
    try:
        jobs = {
            pool.submit(job.one, number, entry) for number, entry in enumerate(entries) if number not in done
        }
        _await(work, jobs, total=len(entries))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # what still hangs finds the task taken or ended
    return f"{len(entries)} sources were tested{'' if job.is_dry else ' and those that passed were saved'}."


def _await(work: Work, jobs: set[Future[None]], *, total: int) -> None:
    """Wait for all, holding the claim; the first that raises ends the wait."""
    while jobs:
        ended, jobs = wait(jobs, timeout=HOLD_S, return_when=FIRST_COMPLETED)
        for one in ended:
            one.result()
        work.go_on(total - len(jobs), total)


def _told(found: Imported) -> dict[str, object]:
    """An outcome as the task's row keeps it."""
    return {
        "is_ok": found.result.is_ok,
        "code": found.result.code.value,
        "message": found.result.message,
        "connection_id": found.connection_id,
    }
