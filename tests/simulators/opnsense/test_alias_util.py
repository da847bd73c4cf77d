"""Single entries (V06 to V17, V24): what is answered, and what is really done."""

import pytest

from lamis.simulators.opnsense import privileges
from lamis.simulators.opnsense.box import Box
from tests.simulators.opnsense.conftest import Asking

DONE = {"status": "done"}
FAILED = {"status": "failed"}
UNEXPECTED = {"errorMessage": "Unexpected error, check log for details"}


def add(api: Asking, alias: str, address: str) -> object:
    return api.post(f"firewall/alias_util/add/{alias}", {"address": address}).json()


def delete(api: Asking, alias: str, address: str) -> object:
    return api.post(f"firewall/alias_util/delete/{alias}", {"address": address}).json()


def content(api: Asking, alias: str) -> str:
    rows = api.post("firewall/alias/search_item", {"rowCount": -1}).json()["rows"]
    found: str = next(row["content"] for row in rows if row["name"] == alias)
    return found


def test_v06_without_method_address_or_type_it_fails(api: Asking) -> None:
    path = "firewall/alias_util/add/T"
    plain = api.send("POST", path, content=b'{"address":"192.0.2.7"}', headers={"Content-Type": "text/plain"})
    for told in (api.get(path), api.post(path, {}), plain):
        assert (told.status_code, told.json()) == (200, FAILED)


@pytest.mark.parametrize("text", ["2001:DB8::1", "192.0.2.1-192.0.2.9", " 192.0.2.1", "example.org"])
def test_v07_other_characters_are_no_address(api: Asking, text: str) -> None:
    assert add(api, "T", text) == {"status": "not_an_address"}


def test_v08_an_unknown_alias_gets_no_table(api: Asking, box: Box) -> None:
    assert add(api, "NOPE", "192.0.2.7") == {**FAILED, "status_msg": "nonexistent alias NOPE"}
    assert "NOPE" not in box.pf.tables


def test_v09_an_external_entry_is_in_pf_only_and_lost_by_a_reboot(api: Asking, box: Box) -> None:
    assert [add(api, "T", "192.0.2.7") for _ in range(2)] == [DONE, DONE]
    told = api.get("firewall/alias_util/list/T").json()
    assert (told["total"], told["rows"]) == (1, [{"ip": "192.0.2.7"}])
    exported = api.get("firewall/alias/export").json()["aliases"]["alias"]
    assert [alias["content"] for alias in exported.values() if alias["name"] == "T"] == [""]
    box.reboot()
    assert api.listed("T") == []


def test_v10_garbage_is_done_and_not_there(api: Asking) -> None:
    assert add(api, "T", "999.1.1.1") == DONE
    assert api.listed("T") == []


def test_v11_a_network_entry_is_in_both_and_survives(api: Asking, box: Box) -> None:
    assert add(api, "N", "192.0.2.7") == DONE
    assert (content(api, "N"), api.listed("N")) == ("192.0.2.7/32", ["192.0.2.7"])
    assert delete(api, "N", "192.0.2.7") == DONE
    assert (content(api, "N"), api.listed("N")) == ("", [])
    add(api, "N", "192.0.2.7")
    box.reboot()
    assert api.listed("N") == ["192.0.2.7"]


def test_v12_a_network_in_a_host_alias_changes_nothing(api: Asking, box: Box) -> None:
    before = box.revision
    told = api.post("firewall/alias_util/add/H", {"address": "192.0.2.0/24"})
    assert (told.status_code, told.json()) == (500, UNEXPECTED)
    assert (content(api, "H"), api.listed("H"), box.revision) == ("", [], before)


def test_v13_deleting_what_is_not_there_is_done(api: Asking) -> None:
    assert delete(api, "NOPE", "192.0.2.7") == DONE
    assert delete(api, "T", "192.0.2.7") == DONE


def test_v14_a_flushed_network_table_fills_again_and_an_external_does_not(api: Asking, box: Box) -> None:
    for alias in ("N", "T"):
        add(api, alias, "192.0.2.7")
        assert api.post(f"firewall/alias_util/flush/{alias}").json() == DONE
        assert api.listed(alias) == []
    box.tick(60)
    assert (api.listed("N"), api.listed("T")) == (["192.0.2.7"], [])


def test_v15_a_missing_table_is_empty(api: Asking, box: Box) -> None:
    empty = {"total": 0, "rowCount": 0, "current": 1, "rows": []}
    assert api.get("firewall/alias_util/list/NOPE").json() == empty
    box.version_text = "25.1.12"
    assert api.get("firewall/alias_util/list/NOPE").json() == empty | {"rowCount": -1}


def test_v16_a_search_finds_more_than_the_address(api: Asking, box: Box) -> None:
    box.put("T", "192.0.2.1", "192.0.2.10", "198.51.100.1")
    asked = {"current": 1, "rowCount": 10, "searchPhrase": "192.0.2.1"}
    assert api.post("firewall/alias_util/list/T", asked).json()["total"] == 2


def test_v17_references_are_found_by_network(api: Asking, box: Box) -> None:
    box.put("T", "192.0.2.0/24")
    path = "firewall/alias_util/find_references"
    assert api.post(path, {"ip": "192.0.2.9"}).json() == {"status": "ok", "matches": ["T"]}
    assert api.post(path, {"ip": "192.0.2.0/24"}).json() == {"status": "Invalid IP specified!"}
    assert api.post(path, {"ip": "zz"}).json() == {"status": "Not an IP address!"}
    assert api.get(path).json() == {"status": "IP parameter not specified!"}


def test_v24_a_user_who_may_not_write_config_is_refused_since_26_7_1(api: Asking, box: Box) -> None:
    user = box.add_user(privileges.ALL, privileges.READONLY)
    told = api.post("firewall/alias_util/add/T", {"address": "192.0.2.7"}, user=user)
    assert (told.status_code, told.json()["errorTitle"]) == (500, "General access")
    box.version_text = "26.7.0"
    assert api.post("firewall/alias_util/add/T", {"address": "192.0.2.7"}, user=user).json() == DONE


def test_the_first_entry_of_a_network_alias_is_added_again_and_deleted_once(api: Asking) -> None:
    for _ in range(3):
        add(api, "N", "192.0.2.7")
    assert content(api, "N") == "192.0.2.7/32\n192.0.2.7/32"
    delete(api, "N", "192.0.2.7")
    assert (content(api, "N"), api.listed("N")) == ("192.0.2.7/32", [])


def test_an_ipv6_text_that_starts_with_a_colon_gets_the_wrong_mask(api: Asking) -> None:
    add(api, "N", "::2")
    assert content(api, "N") == "::2/32"


def test_nothing_is_told_while_the_backend_is_down(api: Asking, box: Box) -> None:
    box.put("T", "192.0.2.1")
    box.configd_up = False
    assert add(api, "T", "192.0.2.7") == DONE
    assert api.get("firewall/alias_util/aliases").content == b""
    assert api.listed("T") == []
    box.configd_up = True
    assert api.listed("T") == ["192.0.2.1"]


def test_all_tables_are_named_the_internal_ones_too(api: Asking) -> None:
    names = api.get("firewall/alias_util/aliases").json()
    assert {"T", "sshlockout", "__wan_network"} <= set(names)


def test_counters_are_zero_rows_before_25_7_only(api: Asking, box: Box) -> None:
    box.make_alias("C", counters=True)
    box.put("C", "192.0.2.1")
    assert api.get("firewall/alias_util/list/C").json()["rows"] == [{"ip": "192.0.2.1"}]
    box.version_text = "25.1.12"
    assert "in_block_p" in api.get("firewall/alias_util/list/C").json()["rows"][0]
