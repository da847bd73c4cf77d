"""Names and retention of tenants."""

import pytest

from lamis.base.names import tidy
from lamis.tenants import rules


@pytest.mark.parametrize("name", ["Acme", "Müller & Söhne GmbH", "x" * 120])
def test_any_visible_name_will_do(name: str) -> None:
    assert rules.why_not_a_name(tidy(name)) is None


@pytest.mark.parametrize("name", ["", " \t ", "x" * 121, "a\x07b", "a\u202eb"])
def test_an_empty_long_or_invisible_name_is_refused(name: str) -> None:
    assert rules.why_not_a_name(tidy(name))


@pytest.mark.parametrize(
    ("days", "is_fine"), [(None, True), (1, True), (3650, True), (0, False), (3651, False)]
)
def test_alerts_are_kept_from_a_day_to_ten_years(days: int | None, is_fine: bool) -> None:
    assert (rules.why_not_retention(days) is None) is is_fine
