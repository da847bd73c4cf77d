"""The collector of one process: takes due sources one after the other, any number of threads at once."""

import random
import threading
import time
from collections.abc import Callable
from datetime import datetime

from lamis.base.clock import to_ms, utc_now
from lamis.base.errors import ConnectorError, Invalid, NotFound
from lamis.base.log import logger
from lamis.base.scope import EVERYTHING
from lamis.base.secrets import SecretUnreadable
from lamis.connections import claims, queries_windows
from lamis.connections.claims import Claim, ClaimLost
from lamis.connections.endpoints import endpoint_of
from lamis.connections.types import Generation, TestCode
from lamis.connectors.registry import manifest
from lamis.connectors.types import Manifest
from lamis.storage.runtime import Alarm, Runtime, silent_alarm
from lamis.workers import disk
from lamis.workers.arms import Arm, Arms
from lamis.workers.budget import Budget
from lamis.workers.collect import Ended, Slice, failed
from lamis.workers.reading import Stopped, Sum

_log = logger("collector")


def _let_the_clock(_wait_ms: int) -> None:
    """Without a waker the clock finds what is due, within half a second."""


class Collector:
    """Claims due sources and works on each; `look` may run in many threads at the same time.

    A source that hangs keeps one thread. Sources that failed last time keep at most half of the
    threads, so that healthy ones are polled in time however many others hang.
    """

    def __init__(
        self,
        runtime: Runtime,
        *,
        alarm: Alarm = silent_alarm,
        wake_after: Callable[[int], None] = _let_the_clock,
        manifest_of: Callable[[str], Manifest] = manifest,
        clock: Callable[[], datetime] = utc_now,
        measure: disk.Measure = disk.measured,
    ) -> None:
        self._runtime = runtime
        self._alarm = alarm
        self._wake_after = wake_after
        self._manifest_of = manifest_of
        self._clock = clock
        self._measure = measure
        self._dice = random.Random()  # noqa: S311 -- jitter, not a secret
        self._arms = Arms()
        self._lock = threading.Lock()
        self._held: dict[int, Claim] = {}
        self._is_stopping = threading.Event()
        self._was_resting: bool | None = None

    def start(self, *, is_alone: bool = True) -> None:
        """Get ready; alone, forget the claims of an earlier process and make every source due."""
        with self._runtime.database.write() as session:
            if is_alone:
                claims.start_over(session)
            active = len(queries_windows.active_connections(session, EVERYTHING))
        if active:
            _log.info("collecting", sources=active)
        else:
            _log.info("no source is active; add one on the page Sources or by `lamis connections add`")

    def stop(self) -> None:
        """Have slices end at their next page; what they had not stored stays due."""
        self._is_stopping.set()

    def close(self) -> None:
        self._arms.close()

    def look(self) -> int:
        """Work off every due source; returns how many slices were made. Nothing while the disk is full."""
        done = 0
        while not self._is_stopping.is_set() and not self._rests():
            claim = self._claim()
            if claim is None:
                break
            self._alarm("collect")  # another thread takes the next one, should there be one
            self._work(claim)
            done += 1
        return done

    def renew_claims(self) -> None:
        """Keep what is worked on claimed while a source takes its time to answer."""
        with self._lock:
            held = list(self._held.values())
        for claim in held:
            with self._runtime.database.ingest() as session:
                claims.renew(session, claim, now=self._clock())

    def _rests(self) -> bool:
        reason = disk.why_resting(self._runtime.settings, self._measure(self._runtime.settings.data_dir))
        is_resting = reason is not None
        with self._lock:
            has_changed = is_resting != self._was_resting
        if has_changed:
            with self._runtime.database.write() as session:
                has_changed = disk.keep_state(session, reason)
            with self._lock:
                self._was_resting = is_resting  # not before: a disk that is quite full refuses to store it
        if has_changed:
            _log.warning(reason) if reason else _log.info("enough disk is free again; collecting goes on")
        return is_resting

    def _claim(self) -> Claim | None:
        now = self._clock()
        with self._lock:
            probing = sum(1 for claim in self._held.values() if claim.connection.failures)
        healthy_only = probing >= max(1, self._runtime.settings.collect_threads // 2)
        with self._runtime.database.read() as session:
            if not queries_windows.due_connection(
                session, EVERYTHING, now_ms=to_ms(now), healthy_only=healthy_only
            ):
                return None
        with self._runtime.database.ingest() as session:
            claim = claims.claim_next(session, now=now, healthy_only=healthy_only)
        if claim is not None:
            with self._lock:
                self._held[claim.key] = claim
        return claim

    def _work(self, claim: Claim) -> None:
        """One slice, from claimed to let go: the boundary where nothing may escape.

        Where the store refuses even the outcome, the claim ends by itself and the source is due as before.
        """
        try:
            self._work_off(claim)
        except Exception:  # noqa: BLE001 -- the job's boundary: a full disk must not end the worker
            _log.exception("the outcome of a slice could not be stored", source=claim.connection.name)
        finally:
            with self._lock:
                if self._held.get(claim.key) is claim:
                    del self._held[claim.key]

    def _work_off(self, claim: Claim) -> None:
        started, sum_ = time.monotonic(), Sum()
        budget = Budget(
            claim.connection,
            per_minute=self._runtime.settings.requests_per_minute,
            now_ms=to_ms(self._clock()),
        )
        try:
            ended = self._slice(claim, sum_, budget)
            values = {**ended.values, **budget.kept()}
            with self._runtime.database.ingest() as session:
                claims.let_go(session, claim, due_ms=ended.due_ms, values=values, was_polled=ended.was_polled)
            self._wake_after(ended.due_ms - to_ms(self._clock()))
            self._say(claim, ended, sum_, ms=int(1000 * (time.monotonic() - started)))
        except (ClaimLost, Stopped):
            with self._runtime.database.ingest() as session:
                claims.give_up(session, claim, budget.kept())

    def _slice(self, claim: Claim, sum_: Sum, budget: Budget) -> Ended:
        connection, now_ms = claim.connection, to_ms(self._clock())
        arm: Arm | None = None
        try:
            vendor = self._manifest_of(connection.kind)
            arm = self._arms.take(claim.key, changed_ms=connection.changed_ms) or self._open(claim, vendor)
            ended = Slice(
                runtime=self._runtime,
                manifest=vendor,
                claim=claim,
                arm=arm,
                budget=budget,
                clock=self._clock,
                dice=self._dice,
                is_stopping=self._is_stopping.is_set,
                sum=sum_,
            ).run()
        except BaseException as error:
            self._drop(arm)
            if not isinstance(error, Exception) or isinstance(error, ClaimLost | Stopped):
                raise
            # the job's boundary: whatever is wrong with one source must not end the worker
            return failed(claim, self._named(claim, error), now_ms=to_ms(self._clock()), dice=self._dice)
        if ended.error is not None:
            self._drop(arm)
        else:
            self._arms.give_back(claim.key, arm, now_ms=now_ms)
        return ended

    def _open(self, claim: Claim, vendor: Manifest) -> Arm:
        connection = claim.connection
        endpoint = endpoint_of(connection, vault=self._runtime.keys.vault, settings=self._runtime.settings)
        generation = Generation(connection.generation) if connection.generation else None
        return Arm(vendor.open_alerts(endpoint, generation=generation), connection.changed_ms)

    def _drop(self, arm: Arm | None) -> None:
        if arm is not None:
            arm.source.close()

    def _named(self, claim: Claim, error: Exception) -> ConnectorError:
        name = claim.connection.name
        if isinstance(error, SecretUnreadable):
            text = f"The stored secret of “{name}” cannot be decrypted; enter its password again."
            return ConnectorError(text, code=TestCode.SECRET_UNREADABLE, permanent=True)
        if isinstance(error, Invalid | NotFound):
            return ConnectorError(error.message, code=TestCode.INVALID, permanent=True)
        _log.exception("a slice failed", source=name)
        return ConnectorError(
            f"Collecting “{name}” failed inside LAMIS ({type(error).__name__}); its log has the details.",
            code=TestCode.UNKNOWN,
        )

    def _say(self, claim: Claim, ended: Ended, sum_: Sum, *, ms: int) -> None:
        facts = {"source": claim.connection.name, "read": sum_.read, "new": sum_.new, "refused": sum_.refused}
        if ended.error is not None:
            _log.warning("poll failed", **facts, ms=ms, code=str(ended.error.code), error=ended.error.message)
        elif ended.was_polled or sum_.read:
            _log.info("poll", **facts, ms=ms)
