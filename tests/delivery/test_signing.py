"""Signatures, against the example of the specification and a receiver's own check."""

import base64
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lamis.delivery.signing import PREFIX, headers, new_secret, signature

PAGE = Path(__file__).parents[2] / "docs" / "notifications.md"


@pytest.fixture
def is_genuine() -> Callable[[str, dict[str, str], bytes], bool]:
    """The check of a receiver, as the documentation has it."""
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert code is not None
    names: dict[str, Callable[[str, dict[str, str], bytes], bool]] = {}
    exec(code[1], names)
    return names["is_genuine"]


def test_the_signature_is_that_of_the_specification() -> None:
    signed = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at_s=1614265330,
        body=b'{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_each_secret_is_new_and_long_enough() -> None:
    one, other = new_secret(), new_secret()
    assert one != other
    assert one.startswith(PREFIX)
    assert len(base64.b64decode(one.removeprefix(PREFIX))) == 32


def test_a_replaced_secret_signs_beside_the_new_one() -> None:
    keys = (new_secret(), new_secret())
    found = headers(keys, message_id="m", at_s=5, body=b"{}")
    assert found["webhook-id"] == "m"
    assert found["webhook-timestamp"] == "5"
    assert found["webhook-signature"].split() == [
        signature(key, message_id="m", at_s=5, body=b"{}") for key in keys
    ]


def test_the_documented_check_tells_ours_from_others(
    is_genuine: Callable[[str, dict[str, str], bytes], bool],
) -> None:
    old, new, now_s = new_secret(), new_secret(), int(time.time())
    sent = headers((new, old), message_id="m", at_s=now_s, body=b"{}")
    assert is_genuine(new, sent, b"{}")
    assert is_genuine(old, sent, b"{}")
    assert not is_genuine(new_secret(), sent, b"{}")
    assert not is_genuine(new, sent, b"{ }")
    assert not is_genuine(new, {**sent, "webhook-id": "n"}, b"{}")
    late = headers((new,), message_id="m", at_s=now_s - 400, body=b"{}")
    assert not is_genuine(new, late, b"{}")
