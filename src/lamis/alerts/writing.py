"""Writing the rows of new alerts: columns, documents, tags, addresses, counts and text, in bulk."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

import msgspec

from lamis.alerts import rules
from lamis.alerts.dedupe import Candidate
from lamis.alerts.documents import compressed
from lamis.alerts.rules import Label
from lamis.alerts.types import Batch, Fields
from lamis.alerts.words import vector_of
from lamis.storage.raw import Into, Raw

_KEY = "bigint"
_ALERT = Into(
    "alert",
    {
        "key": _KEY,
        "tenant_key": _KEY,
        "connection_key": _KEY,
        "index_key": _KEY,
        "doc_id": "text",
        "identity": _KEY,
        "is_finding": "boolean",
        "time_ms": "bigint",
        "stored_ms": "bigint",
        "severity": "smallint",
        "level": "smallint",
        "rule_label": _KEY,
        "device_label": _KEY,
        "user_label": _KEY,
        "device_ref": "text",
        "title": "text",
        "source_address": "bytea",
        "journal_number": "bigint",
        "unreadable": "text",
        "labels": "bytea",
        "incident_key": _KEY,
    },
)
ORIGIN = Into("alert_origin", {"connection_key": _KEY, "index_key": _KEY, "doc_id": "text", "key": _KEY})
_DOCUMENT = Into(
    "alert_document",
    {
        "alert_key": _KEY,
        "tenant_key": _KEY,
        "dictionary_key": _KEY,
        "size_bytes": "bigint",
        "text_version": "smallint",
        "addresses": "bytea",
        "body": "bytea",
    },
)
TAG = Into("alert_tag", {"tenant_key": _KEY, "label_key": _KEY, "alert_key": _KEY})
ADDRESS = Into("alert_address", {"tenant_key": _KEY, "address": "bytea", "alert_key": _KEY})
_TEXT = Into("alert_text", {"rowid": _KEY, "tenant": "text", "body": "text"}, is_virtual=True)
_WORDS = Into("alert_word", {"alert_key": _KEY, "tenant_key": _KEY, "words": "tsvector"})
_COUNTED_BY = {
    "tenant_key": _KEY,
    "quarter": "bigint",
    "connection_key": _KEY,
    "severity": "bigint",
    "is_finding": "boolean",
}
_COUNT = Into(
    "alert_count",
    {**_COUNTED_BY, "n": "bigint"},
    f"ON CONFLICT ({', '.join(_COUNTED_BY)}) DO UPDATE SET n = alert_count.n + excluded.n",
)
_FACET_OF = {"tenant_key": _KEY, "hour": "bigint", "label_key": _KEY, "severity": "bigint"}
_FACET = Into(
    "alert_facet",
    {**_FACET_OF, "n": "bigint"},
    f"ON CONFLICT ({', '.join(_FACET_OF)}) DO UPDATE SET n = alert_facet.n + excluded.n",
)

Row = tuple[object, ...]


@dataclass(slots=True)
class Shared:
    """What alerts of one rule have in common: put together, and its labels' keys found, once a page."""

    fields: Fields
    labels: list[Label]
    keys: list[int] = field(default_factory=list)
    rule: int | None = None
    severity: int = 0


class Prepared(msgspec.Struct, frozen=True, gc=False):
    """A new alert with its addresses as 16 bytes each; its source's also as a label, only counted."""

    candidate: Candidate
    shared: Shared
    source: bytes | None
    addresses: Sequence[bytes]
    address: Label | None


@dataclass(slots=True)
class Page:
    """The new alerts of a page in the order of their keys, and all their labels."""

    alerts: list[Prepared] = field(default_factory=list)
    labels: set[Label] = field(default_factory=set)
    shared: dict[object, Shared] = field(default_factory=dict)

    def add(self, candidate: Candidate) -> None:
        fields = candidate.incoming.fields
        self.labels.update(rules.tags_of_place(fields))
        source = address = None
        addresses: list[bytes] = [rules.packed(address) for address in fields.addresses]
        if fields.source_address is not None:
            source = rules.packed(fields.source_address)
            if not addresses or addresses[0] != source:
                addresses.insert(0, source)
            address = ("address", rules.shown_address(source))
            self.labels.add(address)
        if len(addresses) > 1:
            addresses = list(dict.fromkeys(addresses))
        self.alerts.append(Prepared(candidate, self._shared(fields), source, addresses, address))

    def _shared(self, fields: Fields) -> Shared:
        kind = (
            fields.rule,
            fields.level,
            fields.severity_word,
            fields.groups,
            fields.mitre,
            fields.unreadable is None,
        )
        shared = self.shared.get(kind)
        if shared is None:
            shared = self.shared[kind] = Shared(fields, rules.tags_of_rule(fields))
            self.labels.update(shared.labels)
        return shared


def prepare(fresh: Iterable[Candidate]) -> Page:
    page = Page()
    for candidate in sorted(fresh, key=attrgetter("key")):
        page.add(candidate)
    return page


@dataclass(slots=True)
class Rows:
    """The rows of a page of new alerts, gathered table by table.

    `incidents` are those of alerts that belong to one. `tags` are the alerts of each label; `counts` and
    `facets` (labels by hour and severity) name what each alert adds one to.
    """

    batch: Batch
    is_finding: bool
    stored_ms: int
    journal_number: int
    dictionary_key: int
    labels: Mapping[Label, int]
    incidents: Mapping[int, int] = field(default_factory=dict)
    alerts: list[Row] = field(default_factory=list)
    documents: list[Row] = field(default_factory=list)
    tags: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    addresses: list[tuple[int, bytes, int]] = field(default_factory=list)
    texts: list[tuple[int, str]] = field(default_factory=list)
    counts: list[tuple[int, int]] = field(default_factory=list)
    facets: defaultdict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(list))

    def add_page(self, page: Page) -> None:
        """Take in all alerts of a page, whose labels have keys now."""
        for shared in page.shared.values():
            shared.keys = list(dict.fromkeys([self.labels[label] for label in shared.labels]))
            shared.rule = self._key("rule", shared.fields.rule)
            shared.severity = int(rules.severity_of(shared.fields, self.batch.preset))
        for prepared in page.alerts:
            self._add(prepared)

    def _add(self, prepared: Prepared) -> None:
        batch, candidate, shared = self.batch, prepared.candidate, prepared.shared
        key, fields, severity = candidate.key, candidate.incoming.fields, shared.severity
        unreadable, ref = fields.unreadable, fields.device_ref
        title = rules.clean(fields.title) if unreadable is None else rules.UNREADABLE_TITLE
        device, user = self._key("device", fields.device), self._key("user", fields.user)
        label_keys = [*shared.keys, *[label for label in (device, user) if label is not None]]
        for label in label_keys:
            self.tags[label].append(key)
        if prepared.address is not None:
            label_keys.append(self.labels[prepared.address])
        self.facets[rules.hour_of(key), severity] += label_keys
        self.counts.append((rules.quarter_of(key), severity))
        self.alerts.append(
            (
                key,
                batch.tenant_key,
                batch.connection_key,
                *candidate.origin,
                candidate.identity,
                self.is_finding,
                rules.bounded(fields.time_ms),
                self.stored_ms,
                severity,
                rules.small(fields.level),
                shared.rule,
                device,
                user,
                None if ref is None else rules.clean(ref),
                title,
                prepared.source,
                self.journal_number,
                None if unreadable is None else rules.clean(unreadable),
                array("I", label_keys).tobytes(),
                self.incidents.get(key),
            )
        )
        self._add_document(prepared, title)

    def _key(self, kind: str, text: str | None) -> int | None:
        return None if text is None else self.labels[kind, text]

    def _add_document(self, prepared: Prepared, title: str) -> None:
        batch, key = self.batch, prepared.candidate.key
        incoming = prepared.candidate.incoming
        if prepared.addresses:
            self.addresses += [(batch.tenant_key, address, key) for address in prepared.addresses]
        raw = incoming.raw
        body = None if raw is None else compressed(raw)
        self.documents.append(
            (
                key,
                batch.tenant_key,
                0 if body is None else self.dictionary_key,
                0 if raw is None else len(raw),
                batch.text_version if batch.text_index else 0,
                b"".join(prepared.addresses),
                raw if body is None else body,
            )
        )
        if batch.text_index:
            is_odd = raw is None or incoming.fields.unreadable is not None
            text = "" if is_odd else rules.clean(incoming.fields.text)
            self.texts.append((key, rules.indexed_text(title, text)))

    def write(self, connection: Raw) -> None:
        """Insert everything. Sorted: neighbours in a tree are written together, and rows locked in order."""
        with connection.together():
            self._write_counts(connection)
            self._write_alerts(connection)

    def _write_counts(self, connection: Raw) -> None:
        tenant, source = self.batch.tenant_key, self.batch.connection_key
        counts = Counter(self.counts)
        connection.insert(
            _COUNT,
            [
                (tenant, at, source, severity, self.is_finding, counts[at, severity])
                for at, severity in sorted(counts)
            ],
        )
        connection.insert(
            _FACET,
            sorted(
                (tenant, hour, label, severity, n)
                for (hour, severity), labels in self.facets.items()
                for label, n in Counter(labels).items()
            ),
        )

    def _write_alerts(self, connection: Raw) -> None:
        tenant = self.batch.tenant_key
        connection.insert(_ALERT, self.alerts)
        connection.insert(_DOCUMENT, self.documents)
        connection.insert(
            TAG, [(tenant, label, key) for label in sorted(self.tags) for key in self.tags[label]]
        )
        connection.insert(ADDRESS, sorted(self.addresses))
        if connection.is_postgres:
            connection.insert(ORIGIN, [(row[2], row[3], row[4], row[0]) for row in self.alerts])
        insert_texts(connection, [(key, tenant, text) for key, text in self.texts])


def insert_texts(connection: Raw, texts: Sequence[tuple[int, int, str]]) -> None:
    """Put (alert, tenant, text) into the text index, sorted: it writes a segment where a row is lower."""
    if connection.is_postgres:
        connection.insert(_WORDS, [(key, tenant, vector_of(text, tenant)) for key, tenant, text in texts])
    else:
        connection.insert(_TEXT, [(key, rules.tenant_token(tenant), text) for key, tenant, text in texts])
