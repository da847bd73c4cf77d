"""The order in which a request is judged (V01 to V05), and what bodies count."""

import pytest

from lamis.simulators.opnsense import privileges
from lamis.simulators.opnsense.box import Box, User
from tests.simulators.opnsense.conftest import Asking

FORBIDDEN = {"status": 403, "message": "Forbidden"}
NOT_KNOWN = {"status": 401, "message": "Authentication Failed"}
NOT_FOUND = {"errorMessage": "Endpoint not found"}
ADDRESS = {"address": "192.0.2.7"}
STRANGER = User("stranger", "secret")


def test_v01_without_a_sign_in_it_leads_to_the_login_page(api: Asking) -> None:
    told = api.anonymous("GET", "firewall/alias_util/aliases")
    assert (told.status_code, told.content) == (302, b"")
    assert told.headers["location"] == "/?url=/api/firewall/alias_util/aliases"


def test_v02_a_wrong_secret_is_refused(api: Asking) -> None:
    told = api.get("firewall/alias_util/aliases", user=User(api.firewall.admin.key, "wrong"))
    assert (told.status_code, told.json()) == (401, NOT_KNOWN)


def test_a_header_that_is_no_basic_login_is_refused(api: Asking) -> None:
    told = api.anonymous("GET", "firewall/alias_util/aliases", headers={"Authorization": "Bearer x"})
    assert (told.status_code, told.json()) == (401, NOT_KNOWN)


def test_a_disabled_user_is_refused(api: Asking, box: Box) -> None:
    user = box.add_user()
    box.set_user(user, is_enabled=False)
    assert api.get("firewall/alias_util/aliases", user=user).status_code == 401


def test_v03_a_key_without_the_privilege_is_forbidden(api: Asking, box: Box) -> None:
    user = box.add_user(privileges.FIRMWARE)
    told = api.post("firewall/alias_util/add/T", ADDRESS, user=user)
    assert (told.status_code, told.json()) == (403, FORBIDDEN)
    assert api.listed("T") == []


def test_v04_a_restricted_key_must_write_snake_case(api: Asking, box: Box) -> None:
    user = box.add_user(privileges.TABLES)
    assert api.post("firewall/aliasUtil/add/T", ADDRESS, user=user).status_code == 403
    assert api.post("firewall/alias_util/add/T", ADDRESS, user=user).json() == {"status": "done"}
    for path in ("aliasUtil", "alias_util"):
        assert api.post(f"firewall/{path}/add/T", ADDRESS).json() == {"status": "done"}


@pytest.mark.parametrize("path", ["firewall/alias_util/add", "firewall/alias_util/nosuch"])
def test_v05_an_unknown_endpoint_is_told_before_the_key_is_looked_at(api: Asking, path: str) -> None:
    told = api.post(path, user=STRANGER)
    assert (told.status_code, told.json()) == (404, NOT_FOUND)


def test_a_missing_parameter_was_a_400_before_24_7(api: Asking, box: Box) -> None:
    box.version_text = "24.1.4"
    told = api.post("firewall/alias_util/add")
    assert told.status_code == 400
    assert told.json()["message"] == "action add expects at least 1 parameter(s)"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_json_type_without_a_body_is_invalid(api: Asking, method: str) -> None:
    headers = {"Content-Type": "application/json"}
    told = api.send(method, "firewall/alias_util/aliases", headers=headers)
    assert (told.status_code, told.json()) == (400, {"status": 400, "message": "Invalid JSON syntax"})


def test_a_form_counts_as_a_body(api: Asking) -> None:
    assert api.send("POST", "firewall/alias_util/add/T", data=ADDRESS).json() == {"status": "done"}
    assert api.listed("T") == ["192.0.2.7"]


def test_24_7_0_does_not_hear_json(api: Asking, box: Box) -> None:
    box.version_text = "24.7.0"
    assert api.post("firewall/alias_util/add/T", ADDRESS).json() == {"status": "failed"}


def test_24_7_1_answers_500_where_401_is_meant(api: Asking, box: Box) -> None:
    box.version_text = "24.7.1"
    assert api.get("firewall/alias_util/aliases", user=STRANGER).status_code == 500


def test_texts_are_escaped_since_26_7_1(api: Asking, box: Box) -> None:
    alias = box.make_alias("Used")
    box.make_rule(source_net="Used", description="<b>")
    told = api.post(f"firewall/alias/del_item/{alias.uuid}").json()
    assert "&lt;b&gt;" in told["errorMessage"]
    assert told["errorLevel"] == "error"
    box.version_text = "26.7.0"
    told = api.post(f"firewall/alias/del_item/{alias.uuid}").json()
    assert "<b>" in told["errorMessage"]
    assert "errorLevel" not in told
