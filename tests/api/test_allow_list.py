"""`/api/v2/allow-list`, for each kind of caller."""

import pytest

from tests.api.conftest import Speak, World

PATH = "/api/v2/allow-list"
LINE = {"address": "203.0.113.80", "note": "mail relay"}


def test_an_admin_adds_and_removes_a_line(speak: Speak) -> None:
    made = speak("anna").post(PATH, json=LINE)
    assert (made.status_code, made.json()["address"], made.json()["lifted"]) == (201, "203.0.113.80", 0)
    (line,) = speak("vera").get(PATH).json()["allow_list"]
    assert (line["note"], line["tenant"], line["added_by"]) == ("mail relay", "Acme", "anna")
    assert speak("anna").delete(f"{PATH}/{line['id']}").json() == {"address": "203.0.113.80"}
    assert speak("vera").get(PATH).json() == {"allow_list": []}


@pytest.mark.parametrize(("name", "status"), [(None, 401), ("vera", 403), ("nils", 403), ("greg", 404)])
def test_who_may_not_change_it_is_refused(world: World, speak: Speak, name: str | None, status: int) -> None:
    line = speak("anna").post(PATH, json=LINE).json()["id"]
    answer = speak(name).post(PATH, json=LINE | {"tenant": world.acme.id})
    assert answer.status_code == status
    assert speak(name).delete(f"{PATH}/{line}").status_code == status
    if name == "greg":
        assert speak(name).get(PATH).json() == {"allow_list": []}


def test_a_line_that_is_there_already_is_a_conflict(speak: Speak) -> None:
    speak("anna").post(PATH, json=LINE)
    assert speak("anna").post(PATH, json=LINE).status_code == 409
