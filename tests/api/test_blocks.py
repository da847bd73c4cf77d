"""`/api/v2/blocks`, for each kind of caller."""

from datetime import UTC, datetime

import pytest

from lamis.base.clock import utc_now
from lamis.base.scope import SYSTEM
from lamis.blocking import lists
from lamis.connections import actions as connections
from lamis.connections.drafts import parse_draft
from lamis.connections.types import TestCode, TestResult
from tests.api.conftest import Speak, World
from tests.api.filled import connect, fill

BLOCKS = "/api/v2/blocks"
ASKED = {"address": "203.0.113.9", "reason": "Brute force", "expires_in_s": 3600}


def firewall(
    world: World, name: str = "fw-1", url: str = "https://192.0.2.30", key: int | None = None
) -> str:
    draft = parse_draft(
        {"name": name, "kind": "opnsense", "url": url, "username": "key", "password": "secret-1"}
    )
    tested = TestResult(TestCode.OK, "It works.", own_networks=("198.51.100.1/32",))
    with world.runtime.database.write() as session:
        return connections.add_connection(
            session,
            SYSTEM,
            draft,
            tenant_key=key or world.acme.key,
            vault=world.runtime.keys.vault,
            tested=tested,
            now=utc_now(),
        ).id


def test_an_analyst_asks_and_is_answered_at_once_with_receipts(world: World, speak: Speak) -> None:
    firewall_id = firewall(world)
    answer = speak("nils").post(BLOCKS, json=ASKED)
    assert answer.status_code == 202
    body = answer.json()
    assert (body["address"], body["state"], body["warnings"]) == ("203.0.113.9", "REQUESTED", [])
    assert (datetime.fromisoformat(body["expires_at"]) - datetime.now(UTC)).total_seconds() > 3500
    (receipt,) = body["receipts"]
    assert (receipt["firewall"], receipt["firewall_id"]) == ("fw-1", firewall_id)
    assert receipt["state"] == "waiting"
    assert world.alarms == ["act"]


@pytest.mark.parametrize(("name", "status"), [(None, 401), ("vera", 403), ("greg", 404), ("nobody", 422)])
def test_who_may_not_block_is_refused(world: World, speak: Speak, name: str | None, status: int) -> None:
    firewall(world)
    asked = ASKED if name == "nobody" else ASKED | {"tenant": world.acme.id}
    assert speak(name).post(BLOCKS, json=asked).status_code == status
    assert speak("olga").get(BLOCKS).json()["blocks"] == []


def test_the_second_ask_is_the_same_block_and_says_so(world: World, speak: Speak) -> None:
    firewall(world)
    first = speak("nils").post(BLOCKS, json=ASKED).json()
    second = speak("anna").post(BLOCKS, json=ASKED | {"reason": "Scan", "expires_in_s": None})
    assert (second.status_code, second.json()["id"]) == (202, first["id"])
    assert second.json()["expires_at"] == first["expires_at"]
    assert "blocked already" in second.json()["warnings"][-1]


def test_a_guard_answers_422_and_names_itself(world: World, speak: Speak) -> None:
    firewall(world)
    answer = speak("nils").post(BLOCKS, json=ASKED | {"address": "10.0.0.0/9"})
    body = answer.json()
    assert (answer.status_code, body["guard"], body["field"]) == (422, "private", "address")
    assert [each["guard"] for each in body["guards"]] == ["private", "too_wide"]
    assert "private" in body["error"]
    assert speak("nils").post(BLOCKS, json=ASKED | {"address": "198.51.100.1"}).json()["guard"] == "firewall"


def test_an_admin_overrides_where_that_is_possible(world: World, speak: Speak) -> None:
    firewall(world)
    asked = ASKED | {"address": "10.0.0.1", "override_reason": "Infected"}
    assert speak("nils").post(BLOCKS, json=asked).status_code == 403
    answer = speak("anna").post(BLOCKS, json=asked)
    assert (answer.status_code, answer.json()["overridden"]) == (202, ["private"])
    assert speak("anna").post(BLOCKS, json=asked | {"address": "127.0.0.1"}).json()["guard"] == "loopback"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"address": "example.org"}, "address"),
        ({"address": "203.0.113.9/24"}, "address"),
        ({"reason": " "}, "reason"),
        ({"expires_in_s": 1}, "expires_in_s"),
        ({"firewalls": ["nobody"]}, "firewalls"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_wrong_input_names_its_field(
    world: World, speak: Speak, change: dict[str, object], field: str
) -> None:
    firewall(world)
    answer = speak("nils").post(BLOCKS, json=ASKED | change)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_an_operator_names_the_tenant_unless_only_one_has_firewalls(world: World, speak: Speak) -> None:
    firewall(world)
    assert speak("olga").post(BLOCKS, json=ASKED).json()["tenant"] == "Acme"
    firewall(world, "fw-2", "https://192.0.2.31", world.globex.key)
    answer = speak("olga").post(BLOCKS, json=ASKED)
    assert (answer.status_code, answer.json()["field"]) == (422, "tenant")
    named = speak("olga").post(BLOCKS, json=ASKED | {"tenant": world.globex.id})
    assert named.json()["tenant"] == "Globex"


def test_a_tenant_that_nothing_would_drop_for_is_a_conflict(world: World, speak: Speak) -> None:
    assert speak("nils").post(BLOCKS, json=ASKED).status_code == 409


def test_with_a_block_list_alone_the_receipt_is_the_list(world: World, speak: Speak) -> None:
    with world.runtime.database.write() as session:
        lists.switch_on(session, SYSTEM, world.acme.key, now=utc_now())
    body = speak("nils").post(BLOCKS, json=ASKED).json()
    assert (body["state"], body["receipts"][0]["firewall"]) == ("APPLYING", "block list")
    assert body["receipts"][0]["state"] == "published"


def test_a_dry_run_tells_and_writes_nothing(world: World, speak: Speak) -> None:
    firewall(world)
    answer = speak("nils").post(BLOCKS, json=ASKED | {"address": "8.8.8.8", "dry_run": True})
    body = answer.json()
    assert (answer.status_code, body["would_block"], body["firewalls"]) == (200, True, ["fw-1"])
    assert "public resolver of Google" in body["warnings"][0]
    refused = speak("nils").post(BLOCKS, json=ASKED | {"address": "10.0.0.1", "dry_run": True}).json()
    assert (refused["would_block"], refused["guards"][0]["guard"]) == (False, "private")
    assert speak("vera").post(BLOCKS, json=ASKED | {"dry_run": True}).status_code == 403
    assert speak("nils").get(BLOCKS).json() == {"blocks": [], "next": None}


def test_an_ipv6_address_is_widened_by_choice(world: World, speak: Speak) -> None:
    firewall(world)
    asked = ASKED | {"address": "2001:db8::5", "widen": True}
    assert speak("nils").post(BLOCKS, json=asked).json()["address"] == "2001:db8::/64"


def test_blocks_are_listed_filtered_and_paged(world: World, speak: Speak) -> None:
    firewall(world)
    nils = speak("nils")
    for last in range(1, 4):
        nils.post(BLOCKS, json=ASKED | {"address": f"203.0.113.{last}"})
    first = nils.get(BLOCKS, params={"limit": 2}).json()
    assert [each["address"] for each in first["blocks"]] == ["203.0.113.3", "203.0.113.2"]
    rest = nils.get(BLOCKS, params={"limit": 2, "cursor": first["next"]}).json()
    assert ([each["address"] for each in rest["blocks"]], rest["next"]) == (["203.0.113.1"], None)
    hit = nils.get(BLOCKS, params={"address": "203.0.113.2", "standing": "yes"}).json()["blocks"]
    assert [each["address"] for each in hit] == ["203.0.113.2"]
    assert nils.get(BLOCKS, params={"state": "gone"}).json()["field"] == "state"
    assert nils.get(BLOCKS, params={"colour": "red"}).json()["field"] == "colour"


def test_a_block_is_seen_by_its_own_tenant_and_operators_only(world: World, speak: Speak) -> None:
    firewall(world)
    block_id = speak("nils").post(BLOCKS, json=ASKED).json()["id"]
    seen = {
        name: speak(name).get(f"{BLOCKS}/{block_id}").status_code
        for name in (None, "vera", "nils", "olga", "greg", "nobody")
    }
    assert seen == {None: 401, "vera": 200, "nils": 200, "olga": 200, "greg": 404, "nobody": 404}
    assert speak("greg").get(BLOCKS).json()["blocks"] == []


def test_lifting_and_extending_need_the_right_and_the_tenant(world: World, speak: Speak) -> None:
    firewall(world)
    block_id = speak("nils").post(BLOCKS, json=ASKED).json()["id"]
    for name, status in ((None, 401), ("vera", 403), ("greg", 404)):
        assert speak(name).post(f"{BLOCKS}/{block_id}/lift").status_code == status
        extended = speak(name).post(f"{BLOCKS}/{block_id}/extend", json={"expires_in_s": 60})
        assert extended.status_code == status
    extended = speak("nils").post(f"{BLOCKS}/{block_id}/extend", json={"expires_in_s": None})
    assert (extended.status_code, extended.json()["expires_at"]) == (202, None)
    lifted = speak("nils").post(f"{BLOCKS}/{block_id}/lift", json={"reason": "Our scanner"})
    assert (lifted.status_code, lifted.json()["state"]) == (202, "LIFTING")
    assert (lifted.json()["lifted_by"], lifted.json()["lift_reason"]) == ("nils", "Our scanner")
    assert speak("nils").post(f"{BLOCKS}/{block_id}/lift").status_code == 202
    again = speak("nils").post(f"{BLOCKS}/{block_id}/extend", json={"expires_in_s": 60})
    assert again.status_code == 409


def test_an_unknown_block_is_not_found(speak: Speak) -> None:
    assert speak("olga").get(f"{BLOCKS}/nothing").status_code == 404


@pytest.mark.parametrize("seconds", [-(10**18), 9, 10**18])
def test_a_length_beyond_all_measure_is_refused(world: World, speak: Speak, seconds: int) -> None:
    firewall(world)
    answer = speak("nils").post(BLOCKS, json=ASKED | {"expires_in_s": seconds})
    assert (answer.status_code, answer.json()["field"]) == (422, "expires_in_s")


def test_who_asks_is_warned_of_what_other_tenants_saw_on_both_engines(world: World, speak: Speak) -> None:
    firewall(world)
    now = utc_now()
    fill(world, connect(world, world.globex, "theirs", now=now), 1, now=now)
    asked = ASKED | {"address": "198.51.100.7"}
    for body in (asked | {"dry_run": True}, asked):
        (warning,) = speak("nils").post(BLOCKS, json=body).json()["warnings"]
        assert "was seen by other organisations" in warning
        assert "Globex" not in warning
