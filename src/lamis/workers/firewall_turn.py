"""One turn at one firewall: what is due is added or removed, read back, and recorded."""

from collections.abc import Callable, Container, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from lamis.base.clock import to_ms
from lamis.base.errors import AuthFailed, BadAnswer, ConnectorError, Invalid, LamisError, Unreachable
from lamis.base.scope import Scope
from lamis.blocking import claims, queries_work
from lamis.blocking.claims import ClaimedFirewall
from lamis.blocking.networks import text_of
from lamis.blocking.planning import around_at
from lamis.blocking.queries_work import DueReceipt
from lamis.blocking.rules import why_not_blockable
from lamis.blocking.types import Around, Firewall, FirewallOptions, Guard
from lamis.connections.endpoints import endpoint_of
from lamis.connections.queries_firewalls import StoredFirewall
from lamis.connectors.types import Manifest
from lamis.storage.runtime import Runtime

BATCH = 200
FEW = 3  # so many are read back one by one; for more the whole list is read
ADDED, READ_BACK, ENDED, REMOVED, PUT_BACK = "added", "read back", "states ended", "removed", "put back"


def open_firewall(
    runtime: Runtime, stored: StoredFirewall, manifest_of: Callable[[str], Manifest]
) -> Firewall:
    """The opened arm of a stored firewall. Raises SecretUnreadable, Invalid, ConnectorError."""
    vendor = manifest_of(stored.connection.kind)
    if vendor.open_firewall is None:
        raise Invalid(f"{vendor.title} drops no addresses.", field="kind")
    endpoint = endpoint_of(stored.connection, vault=runtime.keys.vault, settings=runtime.settings)
    return vendor.open_firewall(endpoint, FirewallOptions(stored.alias, stored.may_create))


class Turn:
    """What one worker does at one firewall while it holds the claim. `check` raises when it was lost."""

    def __init__(
        self,
        runtime: Runtime,
        clock: Callable[[], datetime],
        claimed: ClaimedFirewall,
        stored: StoredFirewall,
        *,
        check: Callable[[], None],
        stops: Callable[[], bool] = lambda: False,
    ) -> None:
        self.runtime = runtime
        self.clock = clock
        self.claimed = claimed
        self.stored = stored
        self.check = check
        self.stops = stops
        self.scope = Scope(frozenset({claimed.tenant_key}))

    @property
    def name(self) -> str:
        return self.stored.connection.name

    def work_off(self, firewall: Firewall) -> None:
        """Do what is due, batch after batch. Raises what the firewall itself fails with: ConnectorError."""
        while not self.stops() and (due := self.due()):
            try:
                self._batch(firewall, due)
            except ConnectorError as error:
                if len(self.stored.connection.urls) > 1:
                    self._tell_who_answers(firewall, due)
                self.fail_all(error)
                raise

    def due(self) -> list[DueReceipt]:
        with self.runtime.database.read() as session:
            return queries_work.due_receipts(
                session, self.scope, self.claimed.connection_key, now_ms=to_ms(self.clock()), limit=BATCH
            )

    def fail_all(self, error: LamisError) -> None:
        """Say on everything that is due why it is not done."""
        for due in self.due():
            self.failed(due, error)

    def around(self, session: Session) -> Around:
        """What the guards must know at the push: things may have changed since the request."""
        settings = self.runtime.settings
        return around_at(session, self.scope, self.claimed.tenant_key, settings=settings)

    def guarded(self, dues: Sequence[DueReceipt]) -> list[DueReceipt]:
        """Those that the guards still let pass; the others are recorded as failed, with the reason."""
        with self.runtime.database.read() as session:
            around = self.around(session)
        passed = []
        for due in dues:
            found = why_not_blockable(due.network, around)
            objections = [each for each in found if each.guard.value not in due.overridden]
            if objections:
                self.failed(due, Invalid(objections[0].sentence, field=Guard(objections[0].guard).value))
            else:
                passed.append(due)
        return passed

    def _batch(self, firewall: Firewall, dues: Sequence[DueReceipt]) -> None:
        wanted = self.guarded([due for due in dues if due.is_wanted])
        self._lift(firewall, [due for due in dues if not due.is_wanted])
        self._put(firewall, wanted)

    def _tell_who_answers(self, firewall: Firewall, dues: Sequence[DueReceipt]) -> None:
        """Of a pair with one box away the other drops and lets pass all the same; it settles nothing."""
        missing = []
        for due in self.guarded([due for due in dues if due.is_wanted]):
            self.check()
            with suppress(ConnectorError):  # also where the box that answers has it already
                missing += [] if firewall.holds(due.network) else [due]
        unwanted = [due for due in dues if not due.is_wanted and not _why_not_ours(due)]
        self.note_try(missing)
        for ask, each in ((firewall.remove_many, unwanted), (firewall.add_many, missing)):
            if each:
                with suppress(ConnectorError):
                    ask([due.network for due in each])

    def _put(self, firewall: Firewall, dues: Sequence[DueReceipt]) -> None:
        if not dues:
            return
        there = self._shown(firewall, [due for due in dues if not due.may_be_ours and not due.is_ours])
        self.note_try(dues, there=there)
        refused = self.add_each(firewall, [due for due in dues if due not in there])
        asked = [due for due in dues if due not in refused]
        shown = self._shown(firewall, asked)
        for due in asked:
            self.check()
            if due in shown:
                self.held(firewall, due, steps=(ADDED, READ_BACK), is_foreign=due in there)
            else:
                self.failed(due, self.not_shown(due))

    def add_each(self, firewall: Firewall, dues: Sequence[DueReceipt]) -> set[DueReceipt]:
        """Add one by one: what is refused is recorded, returned, and keeps back no other."""
        refused = set()
        for due in dues:
            self.check()
            try:
                firewall.add(due.network)
            except (Unreachable, AuthFailed):
                raise
            except ConnectorError as error:
                self.failed(due, error)
                refused.add(due)
        return refused

    def held(self, firewall: Firewall, due: DueReceipt, *, steps: Sequence[str], is_foreign: bool) -> None:
        """The list shows it: end what is connected already, or note that this failed, and record."""
        told, is_ended = _end_states(firewall, due)
        detail = f"{told} It stood on the list before LAMIS asked." if is_foreign else told
        with self.runtime.database.write() as session:
            claims.record_held(
                session,
                self.claimed,
                due.key,
                detail=detail,
                steps=(*steps, ENDED) if is_ended else steps,
                is_foreign=is_foreign,
                now=self.clock(),
            )

    def not_shown(self, due: DueReceipt) -> BadAnswer:
        return BadAnswer(
            f"{self.name} took {text_of(due.network)}, but its own list does not show it; look at its alias"
            " and its table size.",
            code="unexpected_answer",
        )

    def _lift(self, firewall: Firewall, dues: Sequence[DueReceipt]) -> None:
        for due in dues:
            self.check()
            told = _why_not_ours(due)
            if told:
                self._hand_over(due)
                self._gone(due, told, steps=())
                continue
            try:
                firewall.remove(due.network)
                if firewall.holds(due.network):
                    told = f"{self.name} still shows {text_of(due.network)} on its list after removing it."
                    raise BadAnswer(told, code="unexpected_answer")
            except (Unreachable, AuthFailed):
                raise
            except ConnectorError as error:
                self.failed(due, error)
                continue
            self._gone(due, "Its own list was read back without it.", steps=(REMOVED, READ_BACK))

    def _shown(self, firewall: Firewall, dues: Sequence[DueReceipt]) -> set[DueReceipt]:
        """Those whose entry the firewall's own list shows."""
        if len(dues) <= FEW:
            return {due for due in dues if firewall.holds(due.network)}
        entries = firewall.entries()
        return {due for due in dues if due.network in entries}

    def note_try(self, dues: Sequence[DueReceipt], *, there: Container[DueReceipt] = ()) -> None:
        """Say before asking which entries are ours from now on, and which stand there already."""
        with self.runtime.database.write() as session:
            ours = [due.key for due in dues if due not in there]
            theirs = [due.key for due in dues if due in there]
            claims.note_try(session, self.claimed, ours, foreign_keys=theirs, now=self.clock())

    def _hand_over(self, due: DueReceipt) -> None:
        """What we put in belongs to the blocks that go on holding it."""
        if due.heirs and due.may_be_ours:
            with self.runtime.database.write() as session:
                claims.note_try(session, self.claimed, due.heirs, now=self.clock())

    def _gone(self, due: DueReceipt, detail: str, *, steps: Sequence[str]) -> None:
        with self.runtime.database.write() as session:
            claims.record_gone(session, self.claimed, due.key, detail=detail, steps=steps, now=self.clock())

    def failed(self, due: DueReceipt, error: LamisError) -> None:
        with self.runtime.database.write() as session:
            claims.record_failure(session, self.claimed, due.key, error, now=self.clock())


def _why_not_ours(due: DueReceipt) -> str:
    """Why an entry is not removed; empty where it is to be."""
    if not due.was_tried:
        return "It was never asked for there."
    if due.heirs:
        return "It stays: another block holds it."
    return "It stays: it stood on the list before LAMIS asked." if due.is_foreign else ""


def _end_states(firewall: Firewall, due: DueReceipt) -> tuple[str, bool]:
    """What is told of connections that were open already, and whether they were ended."""
    try:
        ended = firewall.end_states(due.network)
    except LamisError as error:
        return f"Blocked; what was connected already could not be ended: {error.message}", False
    noun = "connection" if ended == 1 else "connections"
    return f"Read back; {ended} open {noun} ended.", True
