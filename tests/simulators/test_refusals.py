"""The shapes of error answers."""

import orjson

from lamis.simulators.refusals import Refusal, context_missing, no_such_index, unauthorized


def test_an_error_names_its_type_reason_and_status() -> None:
    told = orjson.loads(no_such_index("gone").body())
    assert told["status"] == 404
    assert told["error"]["type"] == "index_not_found_exception"
    assert told["error"]["root_cause"][0]["index"] == "gone"


def test_a_refusal_without_a_kind_is_plain_text() -> None:
    refusal = unauthorized()
    assert (refusal.body(), refusal.content_type) == (b"Unauthorized", "text/plain; charset=UTF-8")
    assert Refusal(400, "x", "y").content_type.startswith("application/json")


def test_a_lost_context_is_not_found() -> None:
    assert context_missing("abc").status == 404
