"""Pure decisions about alerts: severity, sort key, labels, sameness, what may be stored as text."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv4Address
from socket import AF_INET, AF_INET6, inet_ntop
from zlib import crc32

from lamis.alerts.types import PRESETS, Fields, IPAddress, IPNetwork, Preset, Severity
from lamis.base.clock import DAY_MS, EPOCH_2000_MS, HOUR_MS, QUARTER_MS

KEY_SHIFT = 20
_DIGEST_MASK = (1 << KEY_SHIFT) - 1
_LONGEST_LABEL = 512
_MAPPED = b"\x00" * 10 + b"\xff\xff"
_YEAR_1_MS, _YEAR_9999_MS = -62_135_596_800_000, 253_402_300_799_999
_LAST_KEY_MS = 1 << 42
_IDENTITY_BITS = 22
_LAST_IDENTITY_MS = (1 << 41) - 1
UNREADABLE_TITLE = "Unreadable document"
_WORDS: Mapping[str, Severity] = {
    "informational": Severity.LOW,
    "low": Severity.LOW,
    "medium": Severity.MEDIUM,
    "high": Severity.HIGH,
    "critical": Severity.CRITICAL,
}

Label = tuple[str, str]
# A label's key begins with its kind, so that the hourly counts of one kind lie side by side.
_LABEL_KINDS = ("rule", "device", "user", "group", "mitre", "level", "state", "address")
_KIND_SHIFT = 28
LABELS_OF_A_KIND = 1 << _KIND_SHIFT


def severity_of(fields: Fields, preset: Preset) -> Severity:
    """A 5.x word as it is, else the 4.x level by `preset`; low where neither can be read."""
    if fields.unreadable is not None:
        return Severity.LOW
    if fields.severity_word is not None:
        return _WORDS.get(fields.severity_word.strip().lower(), Severity.LOW)
    if fields.level is None:
        return Severity.LOW
    critical, high, medium = PRESETS[preset]
    if fields.level >= critical:
        return Severity.CRITICAL
    if fields.level >= high:
        return Severity.HIGH
    return Severity.MEDIUM if fields.level >= medium else Severity.LOW


def wanted_key(time_ms: int | None, *, now_ms: int, connection_key: int, index: str, doc_id: str) -> int:
    """The sort key of a document, before it is moved up to a free one. Without a time it sorts by now."""
    time = now_ms if time_ms is None else min(max(time_ms, EPOCH_2000_MS), now_ms + DAY_MS)
    digest = crc32(doc_id.encode(), _digest_of_place(connection_key, index))
    return (time - EPOCH_2000_MS) << KEY_SHIFT | digest & _DIGEST_MASK


@lru_cache(maxsize=256)
def _digest_of_place(connection_key: int, index: str) -> int:
    return crc32(f"{connection_key}\0{index}\0".encode())


def first_key(time_ms: int) -> int:
    """The lowest key an alert of that millisecond can have; absurd times have the nearest end."""
    return min(max(time_ms - EPOCH_2000_MS, 0), _LAST_KEY_MS) << KEY_SHIFT


def key_ms(key: int) -> int:
    """The time a key sorts at, milliseconds since 1970."""
    return (key >> KEY_SHIFT) + EPOCH_2000_MS


def quarter_of(key: int) -> int:
    """The quarter of an hour since 1970 in which an alert is counted."""
    return key_ms(key) // QUARTER_MS


def hour_of(key: int) -> int:
    """The hour since 1970 in which an alert's labels are counted."""
    return key_ms(key) // HOUR_MS


def clean(text: str) -> str:
    """Text the store can hold: halves of surrogate pairs and NUL, which JSON can escape, become `?`."""
    if "\0" in text:
        text = text.replace("\0", "?")
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def bounded(time_ms: int | None) -> int | None:
    """A time that can be written, however absurd the document's is: the years 1 to 9999."""
    if time_ms is None or _YEAR_1_MS <= time_ms <= _YEAR_9999_MS:
        return time_ms
    return _YEAR_1_MS if time_ms < 0 else _YEAR_9999_MS


def small(level: int | None) -> int | None:
    return None if level is None else min(max(level, -32_768), 32_767)


def packed(address: IPAddress) -> bytes:
    """An address as 16 bytes; IPv4 is mapped into IPv6."""
    return _MAPPED + address.packed if isinstance(address, IPv4Address) else address.packed


def shown_address(packed: bytes) -> str:
    """An address of 16 bytes as people write it."""
    if packed.startswith(_MAPPED):
        return inet_ntop(AF_INET, packed[12:])
    return inet_ntop(AF_INET6, packed)


def network_bounds(network: IPNetwork) -> tuple[bytes, bytes]:
    """The first and last address of a network, as `packed`."""
    return packed(network.network_address), packed(network.broadcast_address)


def tags_of_rule(fields: Fields) -> list[Label]:
    """The labels an alert is found by that come with its rule, as its document has them."""
    found: list[Label] = []
    if fields.rule is not None:
        found.append(("rule", fields.rule))
    found += [("group", group) for group in fields.groups]
    mitre = fields.mitre
    found += [("mitre", name) for name in (*mitre.ids, *mitre.tactics, *mitre.techniques)]
    if fields.level is not None:
        found.append(("level", str(fields.level)))
    if fields.unreadable is not None:
        found.append(("state", "unreadable"))
    return found


def tags_of_place(fields: Fields) -> list[Label]:
    """The labels an alert is found by that tell its device and user."""
    found: list[Label] = []
    if fields.device is not None:
        found.append(("device", fields.device))
    if fields.user is not None:
        found.append(("user", fields.user))
    return found


def label_range(kind: str) -> tuple[int, int]:
    """The keys that labels of a kind can have (half-open); four bytes hold the highest of all."""
    place = _LABEL_KINDS.index(kind)
    return (place << _KIND_SHIFT) + 1, (place + 1) << _KIND_SHIFT


def label_text(text: str) -> str:
    """A label's text as it is stored and looked for."""
    return clean(text)[:_LONGEST_LABEL]


def identity_number(identity: bytes, time_ms: int | None) -> int:
    """The column of an identity digest. Equal numbers only say that documents are worth comparing.

    Led by the time, which re-sent documents share, so that its index grows at one end: a random one
    makes every page of alerts write as many pages of the file.
    """
    time = 0 if time_ms is None else min(max(time_ms - EPOCH_2000_MS, 0), _LAST_IDENTITY_MS)
    return time << _IDENTITY_BITS | int.from_bytes(identity[:4], "big") >> 32 - _IDENTITY_BITS


def is_same_document(one: bytes, other: bytes) -> bool:
    """Whether two documents are equal as parsed JSON; 1, 1.0 and true differ, the order of keys does not."""
    if one == other:
        return True
    try:
        return _canonical(one) == _canonical(other)
    except (ValueError, RecursionError):
        return False


def _canonical(raw: bytes) -> str:
    return json.dumps(json.loads(raw), sort_keys=True)


def tenant_token(tenant_key: int) -> str:
    """The word by which the text index tells tenants apart."""
    return f"t{tenant_key}"


def indexed_text(title: str, text: str) -> str:
    """What the text index holds of an alert."""
    return f"{title}\n{text}"


_LETTER = re.compile(r"[^\W_]")
_TERM = re.compile(r'"([^"]*)"?|(\S+)')


def match_expression(text: str, tenants: tuple[int, ...] | None) -> str | None:
    """The text index's expression for all words and quoted phrases of `text`; None where it has no word.

    `tenants` None stands for all. Every term is quoted, so nothing in it is an operator.
    """
    found = [phrase or word for phrase, word in _TERM.findall(text.replace("\0", " "))]
    terms = ['"' + clean(term).replace('"', '""') + '"' for term in found if _LETTER.search(term)]
    if not terms:
        return None
    expression = "body : (" + " AND ".join(terms) + ")"
    if tenants is not None:
        owners = " OR ".join(f'"{tenant_token(tenant)}"' for tenant in tenants)
        expression = f"tenant : ({owners}) AND {expression}"
    return expression
