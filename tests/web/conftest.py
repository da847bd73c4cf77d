"""Fixtures of the pages' tests."""

import pytest
from anyio.from_thread import BlockingPortal

from lamis.storage.engine import Database
from tests.web.site import Site, make_runtime


@pytest.fixture
def site(database: Database, portal: BlockingPortal) -> Site:
    return Site(make_runtime(database), portal)
