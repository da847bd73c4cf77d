"""What endpoints ask for."""

from lamis.api.dependencies import json_bytes


def test_json_that_is_made_already_is_sent_as_it_is() -> None:
    answer = json_bytes(b'{"a" : 1}', status=202)
    assert (answer.status_code, answer.body, answer.media_type) == (202, b'{"a" : 1}', "application/json")
