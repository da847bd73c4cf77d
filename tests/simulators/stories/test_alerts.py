"""Alerts as a 4.14 indexer holds them."""

import random
import re

from lamis.simulators.stories import linux, windows
from lamis.simulators.stories.alerts import alert, manager_time
from lamis.simulators.stories.cast import ACME, INITECH, Device, Part
from tests.simulators.asking import T0


def test_the_managers_time_is_local_and_its_offset_has_no_colon() -> None:
    assert manager_time(ACME, T0 + 7) == "2026-03-01T11:00:00.007+0100"
    assert manager_time(INITECH, T0) == "2026-03-01T05:00:00.000-0500"


def test_the_id_begins_with_the_second_of_the_timestamp() -> None:
    rng = random.Random(1)
    document = alert(linux.sudo(rng, ACME), ACME, at_ms=T0 + 999, rng=rng)
    assert re.fullmatch(rf"{T0 // 1000}\.\d+", document["id"])
    assert document["@timestamp"] == "2026-03-01T10:00:00.999Z"
    assert document["full_log"].startswith(
        f"{document['predecoder']['timestamp']} {document['agent']['name']} sudo"
    )
    assert document["rule"]["mitre"]["id"] or document["rule"]["id"] == "5403"


def test_an_event_channel_alert_has_no_full_log() -> None:
    rng = random.Random(1)
    document = alert(windows.logon(rng, ACME), ACME, at_ms=T0, rng=rng)
    assert "full_log" not in document
    assert document["data"]["win"]["system"]["eventID"] == "4624"


def test_the_manager_has_no_address_and_a_single_node_no_cluster() -> None:
    rng = random.Random(1)
    manager = Device("000", "wazuh.manager", None, Part.MANAGER)
    document = alert(linux.sudo_by(manager, "root", "/usr/bin/id"), INITECH, at_ms=T0, rng=rng)
    assert document["agent"] == {"id": "000", "name": "wazuh.manager"}
    assert "cluster" not in document
