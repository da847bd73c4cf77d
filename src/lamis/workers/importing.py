"""Importing connections that somebody pasted: tested side by side, each stored as its own test ends."""

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
from lamis.workers.side_by_side import each_side_by_side
from lamis.workers.work import Work, WorkLost


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
        result = test_entry(runtime, actor, entry, is_trial=self.is_dry)
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
            raise NoLongerAllowed("Whoever asked for this import may no longer manage connections.")
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
    rest = [(number, entry) for number, entry in enumerate(entries) if number not in done]
    each_side_by_side(work, rest, lambda one: job.one(*one), most=SIDE_BY_SIDE, done=len(entries) - len(rest))
    return (
        f"{len(entries)} connections were tested{'' if job.is_dry else ' and those that passed were saved'}."
    )


def _told(found: Imported) -> dict[str, object]:
    """An outcome as the task's row keeps it."""
    return {
        "is_ok": found.result.is_ok,
        "code": found.result.code.value,
        "message": found.result.message,
        "connection_id": found.connection_id,
    }
