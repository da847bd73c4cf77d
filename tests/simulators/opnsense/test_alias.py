"""Aliases of the configuration (V18 to V23)."""

import uuid

import pytest

from lamis.simulators.opnsense.box import Box
from tests.simulators.opnsense.conftest import Asking

LONG_TEXT = (
    "The name must start with a letter or single underscore, be less than 32 characters and only consist "
    "of alphanumeric characters or underscores."
)
UNEXPECTED = {"errorMessage": "Unexpected error, check log for details"}


def uuid_of(api: Asking, name: str) -> str:
    found: str = api.get(f"firewall/alias/get_alias_uuid/{name}").json()["uuid"]
    return found


def test_v18_a_uuid_is_found_by_name_and_an_unknown_one_is_an_array(api: Asking) -> None:
    assert uuid.UUID(uuid_of(api, "T"))
    assert api.get("firewall/alias/get_alias_uuid/NOPE").json() == []


def test_v19_names_are_judged(api: Asking) -> None:
    def add(name: str) -> dict[str, object]:
        told = api.post("firewall/alias/add_item", {"alias": {"name": name, "type": "external"}})
        assert told.status_code == 200
        found: dict[str, object] = told.json()
        return found

    taken = {"alias.name": "An alias with this name already exists."}
    assert add("T") == {"result": "failed", "validations": taken}
    assert add("bad-name") == {"result": "failed", "validations": {"alias.name": LONG_TEXT}}
    made = add("LAMIS_block")
    assert made == {"result": "saved", "uuid": uuid_of(api, "LAMIS_block")}


@pytest.mark.parametrize(
    ("version", "told"), [("26.7.2", "Option [] not in list."), ("25.7", "Option not in list.")]
)
def test_the_type_must_be_named(api: Asking, box: Box, version: str, told: str) -> None:
    box.version_text = version
    answer = api.post("firewall/alias/add_item", {"alias": {"name": "X"}}).json()
    assert answer["validations"] == {"alias.type": told}


def test_v20_an_unknown_uuid_makes_an_alias(api: Asking) -> None:
    assert api.post("firewall/alias/set_item/xyz", {"alias": {"enabled": "1"}}).json() == {"result": "failed"}
    new = str(uuid.uuid4())
    fields = {"name": "Made", "type": "external"}
    told = api.post(f"firewall/alias/set_item/{new}", {"alias": fields}).json()
    assert told == {"result": "saved"}
    assert uuid_of(api, "Made") == new


def test_v21_an_alias_in_use_is_not_deleted(api: Asking, box: Box) -> None:
    rule = box.make_rule(source_net="T")
    path = f"firewall/alias/del_item/{uuid_of(api, 'T')}"
    told = api.post(path)
    assert (told.status_code, told.json()["errorTitle"]) == (500, "Alias in use")
    del box.rules[rule.uuid]
    assert api.post(path).json() == {"result": "deleted"}
    assert api.post(path).json() == {"result": "not found"}


def test_v22_toggling_tells_what_changed(api: Asking, box: Box) -> None:
    path = f"firewall/alias/toggle_item/{uuid_of(api, 'T')}/0"
    assert api.post(path).json() == {"result": "Disabled", "changed": True}
    assert api.post(path).json() == {"result": "Disabled", "changed": False}
    unknown = f"firewall/alias/toggle_item/{uuid.uuid4()}"
    told = api.post(unknown)
    assert (told.status_code, told.json()) == (500, UNEXPECTED)
    box.version_text = "26.1.2"
    assert api.post(unknown).json() == {"result": "failed"}


def test_v23_a_table_that_does_not_fit_is_an_error(api: Asking, box: Box) -> None:
    assert api.get("firewall/alias/reconfigure").json() == {"status": "failed"}
    assert api.post("firewall/alias/reconfigure").json() == {"status": "ok"}
    box.pf.limit = 10
    lines = "\n".join(f"192.0.2.{number}" for number in range(1, 21))
    api.post(f"firewall/alias/set_item/{uuid_of(api, 'N')}", {"alias": {"content": lines}})
    told = api.post("firewall/alias/reconfigure")
    assert (told.status_code, told.json()["errorTitle"]) == (500, "Alias")
    assert told.json()["errorMessage"].startswith("Error loading alias [N]")


def test_members_of_an_item_are_selected_among_other_names(api: Asking, box: Box) -> None:
    box.put("N", "192.0.2.1", "192.0.2.1")
    told = api.get(f"firewall/alias/get_item/{uuid_of(api, 'N')}").json()["alias"]
    assert told["type"]["network"]["selected"] == 1
    assert told["enabled"] == "1"
    chosen = [name for name, option in told["content"].items() if option["selected"]]
    assert chosen == ["192.0.2.1"]
    assert "T" in told["content"]


def test_an_unknown_item_is_an_error_or_a_form(api: Asking, box: Box) -> None:
    path = f"firewall/alias/get_item/{uuid.uuid4()}"
    assert "T" in api.get(path).json()["alias"]["content"]
    box.version_text = "26.1.10"
    assert api.get(path).status_code == 500


def test_the_type_of_a_row_was_a_label_before_25_7(api: Asking, box: Box) -> None:
    def types() -> list[str]:
        rows = api.post("firewall/alias/search_item", {"type": ["external"]}).json()["rows"]
        return [row["type"] for row in rows]

    assert types() == ["external"]
    box.version_text = "25.1.12"
    assert types() == ["External (advanced)"]


def test_rules_follow_a_new_name(api: Asking, box: Box) -> None:
    rule = box.make_rule(source_net="T")
    api.post(f"firewall/alias/set_item/{uuid_of(api, 'T')}", {"alias": {"name": "Other"}})
    assert box.rules[rule.uuid].source_net == "Other"


def test_content_is_judged_in_the_configuration(api: Asking) -> None:
    wrong = {"alias": {"content": "192.0.2.0/24"}}
    told = api.post(f"firewall/alias/set_item/{uuid_of(api, 'H')}", wrong).json()
    text = 'Entry "192.0.2.0/24" is not a valid hostname, IP address or range.'
    assert told["validations"] == {"alias.content": text}


def test_an_import_is_all_or_nothing(api: Asking, box: Box) -> None:
    good, bad = str(uuid.uuid4()), str(uuid.uuid4())
    both = {good: {"name": "Good", "type": "host"}, bad: {"name": "T", "type": "host"}}
    told = api.post("firewall/alias/import", {"data": {"aliases": {"alias": both}}}).json()
    assert list(told["validations"]) == [f"{bad}.name"]
    assert box.alias("Good") is None
    del both[bad]
    told = api.post("firewall/alias/import", {"data": {"aliases": {"alias": both}}}).json()
    assert told == {"existing": 0, "new": 1, "status": "ok"}
    assert api.get("firewall/alias/import").json() == {"status": "failed"}


def test_the_size_of_the_filter_is_told(api: Asking, box: Box) -> None:
    box.put("T", "192.0.2.1")
    told = api.get("firewall/alias/get_table_size").json()
    assert (told["size"], told["used"], told["details"]["T"]["count"]) == (1_000_000, 1, 1)


@pytest.mark.parametrize("path", ["add_item", "set_item/x", "del_item/x", "toggle_item/x"])
def test_asking_by_get_fails(api: Asking, path: str) -> None:
    assert api.get(f"firewall/alias/{path}").json() == {"result": "failed"}


def test_a_list_where_a_text_belongs_is_an_error(api: Asking) -> None:
    told = api.post("firewall/alias/add_item", {"alias": {"name": ["T"], "type": "host"}})
    assert told.status_code == 500
