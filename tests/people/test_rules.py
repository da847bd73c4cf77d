"""Names, passwords and tries, decided on plain values."""

from datetime import timedelta

import pytest

from lamis.base.names import tidy
from lamis.people import rules


@pytest.mark.parametrize("name", ["Olga", "ana.ruiz@acme.example", "Ångström", "李雷", "x" * 120])
def test_a_name_may_be_an_address_or_in_any_script(name: str) -> None:
    assert rules.why_not_a_name(tidy(name)) is None


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "a\x00b", "a\u202eb", "a\u200bb"])
def test_an_empty_long_or_invisible_name_is_refused(name: str) -> None:
    assert rules.why_not_a_name(tidy(name))


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("short", "at least 12 characters; this one has 5"),
        ("olga@acme.example", "the name itself"),
        ("OLGA@acme.EXAMPLE", "the name itself"),
        ("aaaaaaaaaaaaaaaa", "repeats"),
        ("x" * 1025, "shorter"),
    ],
)
def test_a_weak_password_is_told_with_its_cure(password: str, told: str) -> None:
    assert told in (rules.why_not_a_password(password, name="olga@acme.example") or "")


@pytest.mark.parametrize(
    "password", ["correct horse", "twelve chars", " leading and trailing ", "пароль из слов"]
)
def test_any_twelve_characters_will_do(password: str) -> None:
    assert rules.why_not_a_password(password, name="olga") is None


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
    ],
)
def test_addresses_that_one_caller_can_choose_from_count_as_one(address: str, group: str) -> None:
    assert rules.address_group(address) == group


def test_waits_grow_from_nothing_to_the_longest() -> None:
    waits = [
        rules.wait_after(failures, free=3, longest=timedelta(seconds=10)).total_seconds()
        for failures in range(9)
    ]
    assert waits == [0, 0, 0, 1, 2, 4, 8, 10, 10]
    assert rules.wait_after(10**9, free=3, longest=timedelta(minutes=1)) == timedelta(minutes=1)
