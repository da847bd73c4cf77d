"""Documents as columns: 4.x, 5.x, odd ones, and never an exception."""

import json
from ipaddress import IPv4Address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamis.alerts.types import Fields, Mitre
from lamis.connectors.wazuh.translate import is_finding, translate
from lamis.simulators.profiles import PROFILES
from lamis.simulators.stories.bulk import bulk
from tests.engines.sample import SharedAlert

ALERT: dict[str, Any] = {
    "@timestamp": "2026-03-01T10:00:00.123Z",
    "timestamp": "2026-03-01T11:00:00.123+0100",
    "id": "1772359200.4711",
    "rule": {
        "id": "5710",
        "level": 5,
        "description": "sshd: Attempt to login using a non-existent user",
        "groups": ["syslog", " sshd", "sshd"],
        "mitre": {"id": ["T1110.001"], "tactic": ["Credential Access"], "technique": ["Password Guessing"]},
    },
    "agent": {"id": "007", "name": "web-3", "ip": "192.0.2.10"},
    "manager": {"name": "wazuh.manager"},
    "cluster": {"name": "c", "node": "worker-1"},
    "full_log": "Invalid user eve from 203.0.113.5",
    "data": {"srcip": "203.0.113.5", "srcuser": "eve", "dstip": "192.0.2.1"},
}
FINDING: dict[str, Any] = {
    "@timestamp": "2026-03-01T10:00:00.123Z",
    "wazuh": {
        "rule": {
            "id": "0f0c1f7e-6d2c-4d8a-9d7b-2f8d6f4c1a11",
            "title": "Suspicious sign-in",
            "level": "High",
            "tags": ["auth"],
            "mitre": {
                "tactic": [{"id": "TA0006", "name": "Credential Access"}],
                "technique": [{"id": "T1110", "name": "Brute Force"}],
                "subtechnique": [{"id": "T1110.001", "name": "Password Guessing"}],
            },
        },
        "agent": {"id": "007", "name": "web-3"},
        "cluster": {"name": "c", "node": "n-1"},
    },
    "source": {"ip": "203.0.113.5"},
    "destination": {"ip": "192.0.2.1"},
    "user": {"name": "eve"},
    "event": {"original": "raw event"},
}


def fields(**changes: Any) -> Fields:
    return translate(json.dumps(ALERT | changes).encode())


def test_an_alert_of_4_becomes_columns() -> None:
    found = fields()
    assert found == Fields(
        time_ms=1_772_359_200_123,
        title="sshd: Attempt to login using a non-existent user",
        rule="5710",
        level=5,
        device="web-3",
        device_ref="007",
        manager="wazuh.manager",
        source_address=IPv4Address("203.0.113.5"),
        addresses=(IPv4Address("203.0.113.5"), IPv4Address("192.0.2.1")),
        user="eve",
        groups=("syslog", "sshd"),
        mitre=Mitre(("T1110.001",), ("Credential Access",), ("Password Guessing",)),
        identity=found.identity,
        text="Invalid user eve from 203.0.113.5",
    )
    assert found.identity is not None
    assert len(found.identity) == 16


def test_a_finding_of_5_becomes_the_same_columns() -> None:
    raw = json.dumps(FINDING).encode()
    assert is_finding(raw)
    assert translate(raw) == Fields(
        time_ms=1_772_359_200_123,
        title="Suspicious sign-in",
        rule="0f0c1f7e-6d2c-4d8a-9d7b-2f8d6f4c1a11",
        severity_word="high",
        device="web-3",
        device_ref="007",
        manager="n-1",
        source_address=IPv4Address("203.0.113.5"),
        addresses=(IPv4Address("203.0.113.5"), IPv4Address("192.0.2.1")),
        user="eve",
        groups=("auth",),
        mitre=Mitre(("T1110", "T1110.001"), ("Credential Access",), ("Brute Force", "Password Guessing")),
        text="raw event",
    )


def test_a_mapping_written_as_lists_is_read_too() -> None:
    mitre = {"technique": {"id": ["T1", "T2"], "name": ["One"]}, "tactic": {"name": "Impact"}}
    rule = FINDING["wazuh"]["rule"] | {"mitre": mitre}
    found = translate(json.dumps(FINDING | {"wazuh": {"rule": rule}}).encode())
    assert found.mitre == Mitre(("T1", "T2"), ("Impact",), ("One",))


def test_the_identity_is_of_the_alert_and_not_of_the_bytes() -> None:
    same = json.dumps(ALERT | {"GeoLocation": {"country_name": "Nowhere"}}, indent=1).encode()
    assert translate(same).identity == fields().identity
    others = [
        fields(id="1772359200.4712"),
        fields(timestamp="2026-03-01T11:00:00.124+0100"),
        fields(manager={"name": "other"}),
        fields(cluster={"node": "worker-2"}),
        fields(agent={"id": "008"}),
        fields(rule={"id": "5711", "level": 5}),
    ]
    assert len({one.identity for one in others} | {fields().identity}) == 7


@pytest.mark.parametrize("without", [None, "", [], {}])
def test_without_an_id_there_is_no_identity(without: Any) -> None:
    assert fields(id=without).identity is None


@pytest.mark.parametrize(
    ("rule", "level"),
    [
        ({"level": "12"}, 12),
        ({"level": 12.0}, 12),
        ({"level": True}, None),
        ({"level": "high"}, None),
        ({"level": 10**30}, None),
        ({"level": -1}, None),
        ({"id": "1"}, 0),
        (None, None),
    ],
)
def test_levels_in_odd_clothes(rule: Any, level: int | None) -> None:
    assert fields(rule=rule).level == level


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"rule": {"id": 11, "level": 3}, "location": "stats"}, "Rule 11 (stats)"),
        ({"rule": {"id": "11"}}, "Rule 11"),
        ({"rule": {"description": "  "}, "location": "journald"}, "Alert without a description (journald)"),
        ({"rule": "nonsense"}, "Alert without a description"),
        ({"rule": {"description": ["first", "second"]}}, "first"),
        ({"rule": {"description": "a\x00b\ud800"}}, "ab?"),
        ({"rule": {"description": "x" * 5_000}}, "x" * 1_000),
    ],
)
def test_there_is_always_a_title(changes: dict[str, Any], title: str) -> None:
    assert fields(**changes).title == title


def test_the_device_has_fallbacks() -> None:
    assert fields(agent={"id": "000"}, predecoder={"hostname": "gw"}).device == "gw"
    assert fields(agent=None, hostname="old").device == "old"
    assert fields(agent=None).device == "wazuh.manager"
    assert fields(agent=None, manager=None).device is None


def test_the_message_of_a_windows_event_is_text() -> None:
    data = {"win": {"system": {"message": "An account was logged on."}}}
    assert fields(full_log=None, data=data).text == "An account was logged on."
    assert len(fields(full_log="x" * 100_000).text) == 65_536


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "not JSON"),
        (b"[]", "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b'{"rule":', "not JSON"),
        (b'{"full_log":"\xff\xfe"}', "not UTF-8"),
        (b'{"rule":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
    ],
)
def test_what_cannot_be_read_says_why(raw: bytes, reason: str) -> None:
    found = translate(raw)
    assert reason in str(found.unreadable)
    assert found.time_ms is None
    assert found.title


@pytest.mark.parametrize("oddity", ['"\\ud800"', "NaN", "-Infinity", "1" * 5_000, '"\x01"'])
def test_what_only_loose_readers_take_is_read_all_the_same(oddity: str) -> None:
    found = translate(f'{{"rule":{{"level":7,"description":"t","id":{oddity}}},"id":{oddity}}}'.encode())
    assert (found.level, found.title, found.unreadable) == (7, "t", None)
    json.dumps(found.rule, ensure_ascii=False).encode()


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_keys = st.sampled_from(
    [
        "@timestamp",
        "timestamp",
        "id",
        "rule",
        "agent",
        "manager",
        "cluster",
        "data",
        "predecoder",
        "hostname",
        "location",
        "full_log",
        "srcip",
        "wazuh",
        "source",
        "destination",
        "user",
        "event",
        "level",
        "groups",
        "mitre",
        "win",
        "eventdata",
        "ipAddress",
        "aws",
        "service",
        "action",
        "name",
        "ip",
        "technique",
        "system",
        "title",
        "tags",
        "integration",
    ]
)
_shaped = st.recursive(
    _json,
    lambda inner: st.dictionaries(_keys, inner | st.lists(inner, max_size=2), max_size=4),
    max_leaves=12,
)


@pytest.mark.slow
@given(st.dictionaries(_keys, _shaped, max_size=8))
def test_no_object_whatever_raises(document: dict[str, Any]) -> None:
    found = translate(json.dumps(document).encode())
    assert found.unreadable is None
    assert found.title
    texts = [found.title, found.text, found.rule, found.device, found.device_ref, found.manager, found.user]
    for text in [*texts, found.severity_word, *found.groups, *found.mitre.ids, *found.mitre.tactics]:
        assert "\x00" not in (text or "")
        (text or "").encode()
    assert found.time_ms is None or -(1 << 62) < found.time_ms < 1 << 62
    assert found.identity is None or len(found.identity) == 16


@given(st.binary(max_size=200))
def test_no_bytes_whatever_raise(raw: bytes) -> None:
    assert translate(raw).title


def test_every_line_of_the_shared_sample_is_read(shared_alerts: list[SharedAlert]) -> None:
    found = [translate(alert.raw) for alert in shared_alerts]
    assert not [one for one in found if one.unreadable]
    assert all(one.time_ms is not None and one.level is not None and one.device for one in found)
    assert sum(one.identity is None for one in found) == 16
    assert sum(one.source_address is not None for one in found) > 900


def _by_the_loose_reader(raw: bytes) -> Fields:
    """Its columns when something that means nothing makes the strict reader refuse the document."""
    return translate(raw.rstrip()[:-1] + b',"zz":NaN}')


@pytest.mark.slow
def test_both_readers_find_the_same_in_the_shared_sample(shared_alerts: list[SharedAlert]) -> None:
    for alert in shared_alerts:
        assert _by_the_loose_reader(alert.raw) == translate(alert.raw)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["acme-emea", "initech-branch"])
def test_both_readers_find_the_same_in_generated_alerts(name: str) -> None:
    since_ms = 1_780_000_000_000
    made = bulk(PROFILES[name].programme, 2_000, since_ms=since_ms, until_ms=since_ms + 86_400_000, seed=5)
    for _, raw in made:
        assert _by_the_loose_reader(raw) == translate(raw)


@pytest.mark.parametrize(
    ("odd", "changes"),
    [
        ({"rule": "nonsense"}, {"rule": None}),
        ({"agent": ["web-3"]}, {"agent": None}),
        ({"manager": 7, "cluster": "c", "predecoder": []}, {"manager": None, "cluster": None}),
    ],
)
def test_what_should_be_an_object_and_is_not_is_as_if_absent(
    odd: dict[str, Any], changes: dict[str, Any]
) -> None:
    assert fields(**odd) == fields(**changes)
