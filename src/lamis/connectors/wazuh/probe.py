"""The connection test: everything collecting needs, tried in order, told in words."""

import time
from datetime import datetime, timedelta

from lamis.base import tls
from lamis.base.clock import from_ms, iso
from lamis.base.errors import ConnectorError
from lamis.connections.types import Endpoint, Generation, Identity, TestCode, TestResult, TrustMode
from lamis.connectors.wazuh import bodies
from lamis.connectors.wazuh.client import IndexerClient
from lamis.connectors.wazuh.identity import SAMPLES, Target, clock_of, find_target, identity_of, readable_root
from lamis.connectors.wazuh.pages import Reader
from lamis.connectors.wazuh.times import FIRST_MS, LAST_MS

_SKEW_WARNED = timedelta(seconds=5)
_SKEW_FAILS = timedelta(minutes=5)
_OLD_DOCUMENT = timedelta(hours=24)
_EITHER = "wazuh-alerts-* or wazuh-findings-v5-*"


class Probe:
    """One test of one endpoint, with what it learnt so far."""

    def __init__(
        self, client: IndexerClient, reader: Reader, endpoint: Endpoint, generation: Generation | None
    ) -> None:
        self._client = client
        self._reader = reader
        self._endpoint = endpoint
        self._generation = generation
        self._warnings: list[str] = []
        self._details: dict[str, object] = {"warnings": self._warnings}
        self._identity: Identity | None = None

    def run(self, *, now: datetime) -> TestResult:
        """Try it; a failure is a result with its stable code, never an exception of a connector."""
        began_s = time.monotonic()
        try:
            return self._try(now, began_s)
        except ConnectorError as error:
            self._details |= error.details
            code = TestCode(error.code) if error.code in set(TestCode) else TestCode.UNKNOWN
            message = error.message
            weakness = self._client.ca_weakness
            if code is TestCode.TLS_NOT_TRUSTED and weakness:
                message = f"{message} {weakness}"
            return self._result(code, message)

    def _try(self, now: datetime, began_s: float) -> TestResult:
        root = readable_root(self._client)
        self._identity = identity_of(self._client, root)
        self._note_transport()
        if root is None:
            self._warnings.append(
                "This user may not ask who the cluster is (403 on /); that is enough for collecting."
            )
        elif self._identity.version:
            self._details["version"] = self._identity.version
        pattern, is_open = self._endpoint.index_pattern, self._generation is None
        target = find_target(self._client, self._reader, pattern=pattern, generation=self._generation)
        self._generation = target.generation
        self._details |= {"generation": target.generation.value, "index_pattern": target.pattern}
        if not target.extent.shards:
            return self._nothing_there(target.pattern if pattern or not is_open else _EITHER)
        self._note_documents(target, now)
        clock = clock_of(self._client, root, target.pattern)
        if clock is not None:
            moment = now + timedelta(seconds=time.monotonic() - began_s)
            if failure := self._judge_clock(clock - moment):
                return failure
        total = target.extent.total
        found = f"Wazuh {target.generation.value}.x, {total:,} {'document' if total == 1 else 'documents'}"
        return self._result(TestCode.OK, f"{self._client.where} answers: {found}.")

    def _note_transport(self) -> None:
        if self._client.certificate:
            self._details |= tls.describe(self._client.certificate)
        else:
            self._warnings.append(
                "The connection is not encrypted: the password crosses the network as it is."
            )
        if self._endpoint.trust.mode is TrustMode.NONE and self._client.certificate:
            self._warnings.append("The certificate is not verified: anyone in between could answer instead.")
        if self._client.ca_weakness and self._endpoint.trust.mode is TrustMode.CA:
            self._warnings.append(self._client.ca_weakness)

    def _nothing_there(self, pattern: str) -> TestResult:
        message = f"No index of {self._client.where} matches {pattern}; check the index pattern."
        if not self._endpoint.index_pattern:
            samples = self._reader.extent(SAMPLES, bodies.everything())
            if samples.shards:
                self._warnings.append(
                    "Only the dashboard's sample alerts are there; they are never collected."
                )
                message = f"{self._client.where} holds only sample alerts, which are not collected."
        return self._result(TestCode.NO_INDEX, message)

    def _note_documents(self, target: Target, now: datetime) -> None:
        extent = target.extent
        self._details["documents"] = extent.total
        if target.has_both:
            other = "5.x findings" if target.generation is Generation.V4 else "4.x alerts"
            self._warnings.append(
                f"This indexer also has indexes for {other}; add it a second time with that index pattern "
                "to collect both."
            )
        if extent.newest_ms is None:
            self._warnings.append("There are indexes but no document with a time in them yet.")
            return
        newest = from_ms(max(FIRST_MS, min(LAST_MS, extent.newest_ms)))
        age = now - newest
        self._details |= {"newest_at": iso(newest), "newest_age_s": round(age.total_seconds(), 3)}
        if age > _OLD_DOCUMENT:
            self._warnings.append(f"The newest document is from {iso(newest)}: does Wazuh still write here?")
        elif -age > _SKEW_FAILS:
            self._warnings.append(f"The newest document is from the future ({iso(newest)}).")

    def _judge_clock(self, skew: timedelta) -> TestResult | None:
        skew_s = round(skew.total_seconds(), 1)
        self._details["clock_skew_s"] = skew_s
        side = "ahead of" if skew_s > 0 else "behind"
        told = f"The clock of {self._client.where} is {abs(skew_s):g} s {side} ours"
        if abs(skew) > _SKEW_FAILS:
            return self._result(TestCode.CLOCK_SKEW, f"{told}; set the time on one of the two.")
        if abs(skew) > _SKEW_WARNED:
            self._warnings.append(f"{told}.")
        return None

    def _result(self, code: TestCode, message: str) -> TestResult:
        return TestResult(code, message, self._details, self._generation, self._identity)
