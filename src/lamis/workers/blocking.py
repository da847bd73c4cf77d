"""Blocks become facts: firewalls are told, read back, compared. One firewall is one claimed job."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from lamis.base.clock import to_ms, utc_now
from lamis.base.errors import LamisError
from lamis.base.log import logger
from lamis.base.scope import EVERYTHING, Scope
from lamis.blocking import archiving, claims, queries_archived, queries_work, upkeep
from lamis.blocking.claims import ClaimedFirewall, ClaimLost
from lamis.blocking.types import Firewall
from lamis.connections.models import Connection
from lamis.connections.queries_firewalls import StoredFirewall, active_firewalls
from lamis.connectors.registry import manifest
from lamis.connectors.types import Manifest
from lamis.storage.runtime import Runtime
from lamis.workers import reconciling
from lamis.workers.firewall_turn import Turn, open_firewall
from lamis.workers.keeping import keeping

LIFT_AT_ONCE = 500
_log = logger("blocking")


class Blocker:
    """Works off what is due at firewalls; `look` may run in many threads and processes at the same time."""

    def __init__(
        self,
        runtime: Runtime,
        *,
        clock: Callable[[], datetime] = utc_now,
        manifest_of: Callable[[str], Manifest] = manifest,
    ) -> None:
        self._runtime = runtime
        self._clock = clock
        self._manifest_of = manifest_of
        self._is_stopping = threading.Event()
        self._unwell = 0
        self._counting = threading.Lock()

    def stop(self) -> None:
        """Have work end at its next step; the rest is taken up again after the next start."""
        self._is_stopping.set()

    def look(self) -> int:
        """Work off what is due; returns how many firewalls were worked for."""
        self.keep_up()
        done = 0
        while not self._is_stopping.is_set() and (claimed := self._claim()):
            self._work(claimed)
            done += 1
        return done

    def keep_up(self) -> None:
        """Begin to lift what is over or of archived tenants, take up new firewalls, let old ones go."""
        now = self._clock()
        with self._runtime.database.read() as session:
            over = queries_work.expired(session, EVERYTHING, now_ms=to_ms(now), limit=LIFT_AT_ONCE)
            left = queries_archived.left_standing(session, EVERYTHING, limit=LIFT_AT_ONCE)
            resting = queries_archived.resting_soon(session, EVERYTHING)
            new = queries_work.unworked(session, EVERYTHING)
            removed = queries_work.removed_with_receipts(session, EVERYTHING)
        for tenant_key, block_id in over:
            with self._runtime.database.write() as session:
                upkeep.expire(session, block_id, tenant_key=tenant_key, now=now)
        for tenant_key, block_id in left:
            with self._runtime.database.write() as session:
                archiving.lift_left(session, block_id, tenant_key=tenant_key, now=now)
        if resting:
            with self._runtime.database.write() as session:
                archiving.let_rest(session, now=now)
        for connection in new:
            with self._runtime.database.write() as session:
                upkeep.take_up(session, connection, now=now)
        for connection in removed:
            with self._runtime.database.write() as session:
                upkeep.let_removed_go(session, connection, now=now)

    def _claim(self) -> ClaimedFirewall | None:
        """The next firewall; those that fail never hold more than half of the threads."""
        is_reserved = self._reserve()
        claimed = self._claim_one(healthy_only=not is_reserved)
        if is_reserved and (claimed is None or not claimed.failures):
            self._release()
        return claimed

    def _claim_one(self, *, healthy_only: bool) -> ClaimedFirewall | None:
        now = self._clock()
        with self._runtime.database.read() as session:
            due = queries_work.due_firewall(session, EVERYTHING, now_ms=to_ms(now), healthy_only=healthy_only)
        if due is None:
            return None
        with self._runtime.database.write() as session:
            return claims.claim_firewall(session, now=now, healthy_only=healthy_only)

    def _reserve(self) -> bool:
        with self._counting:
            is_free = self._unwell < max(1, self._runtime.settings.act_threads // 2)
            self._unwell += is_free
        return is_free

    def _release(self) -> None:
        with self._counting:
            self._unwell -= 1

    def _work(self, claimed: ClaimedFirewall) -> None:
        try:
            with keeping(lambda: self._hold(claimed)) as keeper:
                self._turn(claimed, check=keeper.check)
        except ClaimLost:
            return
        except Exception:  # noqa: BLE001 -- the job's boundary
            _log.exception("work at a firewall failed", connection=claimed.connection_key)
            self._rest(claimed, LamisError("It failed inside LAMIS; the log has the details."))
        finally:
            if claimed.failures:
                self._release()

    def _turn(self, claimed: ClaimedFirewall, *, check: Callable[[], None]) -> None:
        stored = self._stored(claimed)
        if stored is None:  # paused or removed since it was found due
            with self._runtime.database.write() as session:
                claims.let_go(session, claimed, values={})
            return
        turn = Turn(self._runtime, self._clock, claimed, stored, check=check, stops=self._is_stopping.is_set)
        try:
            firewall = open_firewall(self._runtime, stored, self._manifest_of)
        except LamisError as error:
            turn.fail_all(error)
            self._rest(claimed, error, stored.connection)
            return
        try:
            values = self._talk(turn, firewall)
        except ClaimLost:
            raise
        except LamisError as error:
            self._rest(claimed, error, stored.connection)
            return
        finally:
            firewall.close()
        self._let_go(claimed, stored.connection, values)

    def _talk(self, turn: Turn, firewall: Firewall) -> Mapping[str, object]:
        turn.work_off(firewall)
        if not turn.claimed.is_reconcile_due or self._is_stopping.is_set():
            return {}
        return reconciling.reconcile(turn, firewall)

    def _let_go(self, claimed: ClaimedFirewall, connection: Connection, values: Mapping[str, object]) -> None:
        now = self._clock()
        if values:
            again = now + timedelta(seconds=self._runtime.settings.reconcile_s)
            values = {**values, "reconcile_ms": to_ms(again), "reconciled_ms": to_ms(now)}
        elif claimed.failures:
            values = {"reconcile_ms": 0}  # it is back: what failed meanwhile is put right now
        with self._runtime.database.write() as session:
            claims.let_go(
                session, claimed, values={**values, "failures": 0, "rests_until_ms": 0, "error": None}
            )
            reconciling.seen(session, connection, error=None, now=now)

    def _rest(
        self, claimed: ClaimedFirewall, error: LamisError, connection: Connection | None = None
    ) -> None:
        """`connection` as it was when the work began: of settings that were edited since it tells nothing."""
        now = self._clock()
        try:
            with self._runtime.database.write() as session:
                claims.rest(session, claimed, error, now=now)
                connection = connection or session.get(Connection, claimed.connection_key)
                if connection is not None:
                    reconciling.seen(session, connection, error=error, now=now)
        except ClaimLost:
            return
        _log.warning("a firewall rests", connection=claimed.connection_key, why=error.message)

    def _hold(self, claimed: ClaimedFirewall) -> None:
        with self._runtime.database.write() as session:
            claims.hold(session, claimed, now=self._clock())

    def _stored(self, claimed: ClaimedFirewall) -> StoredFirewall | None:
        own = Scope(frozenset({claimed.tenant_key}))
        with self._runtime.database.read() as session:
            found = active_firewalls(session, own, claimed.tenant_key)
        return next((each for each in found if each.connection.key == claimed.connection_key), None)
