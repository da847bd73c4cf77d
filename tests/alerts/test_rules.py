"""Pure decisions: severities, keys, labels, texts."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamis.alerts import rules
from lamis.alerts.types import Fields, Mitre, Preset, Severity
from lamis.base.clock import EPOCH_2000_MS, HOUR_MS, QUARTER_MS, iso_ms


@pytest.mark.parametrize(
    ("level", "preset", "severity"),
    [
        (None, Preset.CLASSIC, Severity.LOW),
        (3, Preset.CLASSIC, Severity.LOW),
        (4, Preset.CLASSIC, Severity.MEDIUM),
        (7, Preset.CLASSIC, Severity.HIGH),
        (10, Preset.CLASSIC, Severity.CRITICAL),
        (6, Preset.WAZUH_4, Severity.LOW),
        (12, Preset.WAZUH_4, Severity.HIGH),
        (15, Preset.WAZUH_4, Severity.CRITICAL),
        (13, Preset.WAZUH_5, Severity.HIGH),
        (14, Preset.WAZUH_5, Severity.CRITICAL),
    ],
)
def test_a_level_becomes_a_severity_by_preset(level: int | None, preset: Preset, severity: Severity) -> None:
    assert rules.severity_of(Fields(None, "x", level=level), preset) is severity


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("informational", Severity.LOW),
        ("Low", Severity.LOW),
        ("medium", Severity.MEDIUM),
        (" HIGH ", Severity.HIGH),
        ("critical", Severity.CRITICAL),
        ("tremendous", Severity.LOW),
    ],
)
def test_a_word_is_taken_before_a_level(word: str, severity: Severity) -> None:
    assert rules.severity_of(Fields(None, "x", level=1, severity_word=word), Preset.CLASSIC) is severity


def test_the_unreadable_is_low() -> None:
    fields = Fields(None, "x", level=15, severity_word="critical", unreadable="broken")
    assert rules.severity_of(fields, Preset.CLASSIC) is Severity.LOW


@given(st.integers(EPOCH_2000_MS, EPOCH_2000_MS + 10**12), st.text(max_size=20))
def test_a_key_tells_its_time_and_fits_a_column(ms: int, doc_id: str) -> None:
    doc_id = rules.clean(doc_id)
    key = rules.wanted_key(ms, now_ms=ms, connection_key=1, index="i", doc_id=doc_id)
    assert key == rules.wanted_key(ms, now_ms=ms, connection_key=1, index="i", doc_id=doc_id)
    assert rules.key_ms(key) == ms
    assert rules.first_key(ms) <= key < rules.first_key(ms + 1) < 1 << 63
    assert rules.quarter_of(key) * QUARTER_MS <= ms < (rules.quarter_of(key) + 1) * QUARTER_MS
    assert rules.hour_of(key) * HOUR_MS <= ms < (rules.hour_of(key) + 1) * HOUR_MS


def test_a_network_is_a_range_of_packed_addresses() -> None:
    first, last = rules.network_bounds(ip_network("203.0.113.0/24"))
    assert first <= rules.packed(ip_address("203.0.113.7")) <= last
    assert rules.packed(ip_address("203.0.113.7")) == rules.packed(ip_address("::ffff:203.0.113.7"))
    assert not first <= rules.packed(ip_address("203.0.114.0")) <= last
    assert not first <= rules.packed(ip_address("2001:db8::1")) <= last


def test_labels_are_what_an_alert_is_found_by() -> None:
    fields = Fields(
        None,
        "x",
        rule="5710",
        level=5,
        device="web-01",
        user="root",
        groups=("sshd",),
        mitre=Mitre(ids=("T1110",), tactics=("Credential Access",), techniques=("Brute Force",)),
        unreadable="odd",
    )
    assert rules.tags_of_place(fields) == [("device", "web-01"), ("user", "root")]
    assert rules.tags_of_rule(fields) == [
        ("rule", "5710"),
        ("group", "sshd"),
        ("mitre", "T1110"),
        ("mitre", "Credential Access"),
        ("mitre", "Brute Force"),
        ("level", "5"),
        ("state", "unreadable"),
    ]


@pytest.mark.slow
@given(st.text(alphabet=st.characters(), max_size=30))
def test_a_cleaned_text_can_be_stored_and_stays_as_it_is(text: str) -> None:
    cleaned = rules.clean(text)
    cleaned.encode()
    assert rules.clean(cleaned) == cleaned


def test_documents_that_are_no_json_are_the_same_only_byte_for_byte() -> None:
    assert rules.is_same_document(b"{", b"{")
    assert not rules.is_same_document(b"{", b"{ ")
    assert not rules.is_same_document(b"[" * 100_000, b"[" * 100_001)


@pytest.mark.parametrize(
    ("text", "tenants", "expression"),
    [
        ("failed password", None, 'body : ("failed" AND "password")'),
        ('"failed password" root', (1,), 'tenant : ("t1") AND body : ("failed password" AND "root")'),
        ('"open', (1, 2), 'tenant : ("t1" OR "t2") AND body : ("open")'),
        ('a"b', None, 'body : ("a""b")'),
        ("- --", None, None),
        ("\0", None, None),
    ],
)
def test_a_text_becomes_an_expression_without_operators(
    text: str, tenants: tuple[int, ...] | None, expression: str | None
) -> None:
    assert rules.match_expression(text, tenants) == expression


def test_absurd_numbers_fit_their_columns() -> None:
    assert iso_ms(rules.bounded(10**30) or 0) == "9999-12-31T23:59:59.999Z"
    assert iso_ms(rules.bounded(-(10**30)) or 0) == "0001-01-01T00:00:00.000Z"
    assert rules.bounded(None) is None
    assert rules.small(10**9) == 32_767
    assert rules.first_key(10**30) == 1 << 62
    assert rules.first_key(-5) == 0
    for ms in (None, 0, 10**30, -(10**30)):
        assert 0 <= rules.identity_number(b"\xff" * 16, ms) < 1 << 63
