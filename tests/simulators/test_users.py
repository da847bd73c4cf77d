"""Who is let in, and to what."""

import pytest

from lamis.simulators.documents import Index
from lamis.simulators.refusals import Refusal
from lamis.simulators.users import User, Users

READER = User("reader", "pass:word", ("wazuh-alerts-*",))


@pytest.mark.parametrize(
    "header", ["", "Basic", "Basic !!!", "Bearer cmVhZGVyOnBhc3M6d29yZA==", "Basic cmVhZGVyOndyb25n"]
)
def test_a_wrong_header_is_unauthorized(header: str) -> None:
    with pytest.raises(Refusal, match="Unauthorized"):
        Users([READER]).signed_in(header)


def test_a_password_may_hold_a_colon() -> None:
    assert Users([READER]).signed_in("Basic cmVhZGVyOnBhc3M6d29yZA==") is READER


def test_one_forbidden_index_fails_the_whole_request() -> None:
    allowed, foreign = Index("wazuh-alerts-4.x-2026.03.01"), Index("payroll")
    READER.require_indexes([allowed], "read")
    with pytest.raises(Refusal, match="no permissions for"):
        READER.require_indexes([allowed, foreign], "read")
    User("admin", "x").require_indexes([allowed, foreign], "read")
