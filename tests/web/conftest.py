"""Fixtures of the pages' tests."""

import pytest

from lamis.storage.engine import Database
from tests.web.site import Site, make_runtime


@pytest.fixture
def site(database: Database) -> Site:
    return Site(make_runtime(database))
