"""The first dashboard's addresses."""

import pytest

from lamis.web.old_addresses import NEW
from tests.web.site import Site


@pytest.mark.parametrize("old", list(NEW))
def test_each_leads_on_and_keeps_its_query(site: Site, old: str) -> None:
    answer = site.operator().get(f"{old}?next=%2Falerts")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{NEW[old]}?next=%2Falerts"
