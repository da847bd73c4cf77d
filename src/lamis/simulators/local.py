"""A simulated indexer inside the test's own process, behind real HTTP and TLS."""

from collections.abc import Iterable
from typing import Any

from lamis.simulators.app import IndexerApp
from lamis.simulators.certificates import Certificates, make_certificates
from lamis.simulators.documents import Document
from lamis.simulators.exchange import Ask
from lamis.simulators.faults import Fault, FaultKind
from lamis.simulators.indexer import Indexer, Release
from lamis.simulators.serving import Background
from lamis.simulators.startable import Startable
from lamis.simulators.users import User


class LocalIndexer(Startable):
    """A context manager that serves an indexer on a free loopback port, in a thread.

    Use it:

        with LocalIndexer() as indexer:                      # release=Release.V5 for Wazuh 5
            indexer.add({"@timestamp": "2026-03-01T10:00:00.000Z", "rule": {...}})
            indexer.fault(FaultKind.TOO_MANY_REQUESTS, count=2, retry_after_s=1)
            Endpoint(urls=(indexer.url,), username=indexer.username, password=indexer.password,
                     trust=Trust(TrustMode.CA, ca_pem=indexer.ca_pem))

    Where: `url` (https://127.0.0.1:port), `port`, `ca_pem`, `fingerprint`, `certificates`.
    Who: `username`/`password` (an administrator); `reader`/`reader_password` may read `reads` only
    (403 on `/`, `_cluster`, `_cat`, HEAD of an index); `set_password(new)` changes the administrator's.
    Documents: `add(source)` takes bytes (kept byte for byte) or a dict and puts it in the day's index or
    data stream, or in `index=`; `add_many`; `resend(document)` (same bytes, new `_id`);
    `documents()` lists all; `delete_index(name)`, `close_index(name)`.
    Trouble: `fault(kind, count=…, lasts_s=…, on=…, delay_s=…, retry_after_s=…)`, `clear_faults()`;
    `cluster_uuid` and `clock_offset_ms` may be set. `requests` are the requests seen so far (`Ask`);
    `open_contexts()` counts open points in time and scrolls. `stop()` and `start()` restart it on the
    same port with its documents (open points in time are lost, as with a real node).
    """

    def __init__(
        self,
        *,
        release: Release = Release.V4,
        reads: tuple[str, ...] = ("wazuh-alerts-*", "wazuh-findings-v5-*", ".ds-wazuh-findings-v5-*"),
        certificates: Certificates | None = None,
        tls: bool = True,
        seed: int = 0,
        port: int = 0,
    ) -> None:
        self.username, self.password = "admin", "simulated-Secret-1"
        self.reader, self.reader_password = "collector", "simulated-Secret-2"
        users = [User(self.username, self.password), User(self.reader, self.reader_password, reads)]
        self.indexer = Indexer(
            name="local", release=release, users=users, cluster_uuid="kFn0aXh3Rk6sQx1mBf8e2A", seed=seed
        )
        self.certificates = (certificates or make_certificates()) if tls else None
        self._background = Background(self.certificates, name="simulated-indexer", port=port)

    def start(self) -> None:
        """Listen; on the port it had before, if it had one. Raises RuntimeError when it does not come up."""
        self._background.start(IndexerApp(self.indexer))

    def stop(self) -> None:
        """Stop listening and drop all connections, answers under way included."""
        if self._background.stop():
            self.indexer.contexts.forget()

    @property
    def port(self) -> int:
        return self._background.port

    @property
    def url(self) -> str:
        return f"{'https' if self.certificates else 'http'}://127.0.0.1:{self.port}"

    @property
    def ca_pem(self) -> str:
        return self.certificates.ca_pem if self.certificates else ""

    @property
    def fingerprint(self) -> str:
        return self.certificates.fingerprint if self.certificates else ""

    @property
    def cluster_uuid(self) -> str:
        return self.indexer.cluster_uuid

    @cluster_uuid.setter
    def cluster_uuid(self, value: str) -> None:
        self.indexer.cluster_uuid = value

    @property
    def clock_offset_ms(self) -> int:
        return self.indexer.clock_offset_ms

    @clock_offset_ms.setter
    def clock_offset_ms(self, value: int) -> None:
        self.indexer.clock_offset_ms = value

    @property
    def requests(self) -> list[Ask]:
        return list(self.indexer.requests)

    def add(
        self, source: bytes | dict[str, Any], *, index: str | None = None, doc_id: str | None = None
    ) -> Document:
        """Index one document; bytes are kept as they are."""
        return self.indexer.add(source, index=index, doc_id=doc_id)

    def add_many(
        self, sources: Iterable[bytes | dict[str, Any]], *, index: str | None = None
    ) -> list[Document]:
        """Index documents in the order given."""
        return [self.indexer.add(source, index=index) for source in sources]

    def resend(self, document: Document) -> Document:
        """Index the same bytes under a new `_id`."""
        return self.indexer.resend(document)

    def documents(self) -> list[Document]:
        """All documents, index by index."""
        with self.indexer.documents.lock:
            return list(self.indexer.documents.all())

    def delete_index(self, name: str) -> None:
        """Delete an index, also under an open point in time."""
        self.indexer.documents.delete_index(name)

    def close_index(self, name: str) -> None:
        """Close an index, as those who keep old days without searching them do."""
        self.indexer.documents.close_index(name)

    def set_password(self, password: str) -> None:
        """Change the administrator's password; `password` tells the new one."""
        self.indexer.users.put(User(self.username, password))
        self.password = password

    def fault(
        self,
        kind: FaultKind | str,
        *,
        count: int | None = None,
        lasts_s: float | None = None,
        on: str = "any",
        delay_s: float = 1.0,
        retry_after_s: int | None = None,
    ) -> None:
        """Switch a fault on; see `faults.Fault` for the meaning of each."""
        self.indexer.faults.add(
            Fault(
                FaultKind(kind),
                count=count,
                lasts_s=lasts_s,
                on=on,
                delay_s=delay_s,
                retry_after_s=retry_after_s,
            )
        )

    def clear_faults(self) -> None:
        """Switch all faults off."""
        self.indexer.faults.clear()

    def open_contexts(self) -> tuple[int, int]:
        """How many points in time and scrolls are open."""
        return self.indexer.contexts.open_counts()
