"""A simulated indexer and an arm to it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest

from lamis.connections.types import Count, Endpoint, Generation, Trust, TrustMode
from lamis.connectors.wazuh.source import WazuhAlerts
from lamis.simulators.certificates import Certificates, make_certificates
from lamis.simulators.local import LocalIndexer

Open = Callable[..., WazuhAlerts]


@pytest.fixture(scope="session")
def certificates() -> Certificates:
    return make_certificates()


@pytest.fixture
def indexer(certificates: Certificates) -> Iterator[LocalIndexer]:
    with LocalIndexer(certificates=certificates) as running:
        yield running


@pytest.fixture
def opened(indexer: LocalIndexer) -> Iterator[Open]:
    """Opens arms to the simulated indexer, as its administrator unless told otherwise."""
    arms = []

    def opened_arm(generation: Generation | None = Generation.V4, **changes: Any) -> WazuhAlerts:
        given: dict[str, Any] = {
            "urls": (indexer.url,),
            "username": indexer.username,
            "password": indexer.password,
            "trust": Trust(TrustMode.CA, ca_pem=indexer.ca_pem),
            "read_timeout": timedelta(seconds=10),
        }
        arm = WazuhAlerts(Endpoint(**(given | changes)), generation=generation)
        arms.append(arm)
        return arm

    yield opened_arm
    for arm in arms:
        arm.close()


def numbers(counts: Sequence[Count]) -> list[int]:
    """How many documents each span holds, without the marks."""
    return [count.number for count in counts]
