"""Testing connections: one, or many side by side. The network is called with no transaction open."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from lamis.base.errors import ConnectorError
from lamis.connections.types import Endpoint, Generation, Opener, TestCode, TestResult

SIDE_BY_SIDE = 8


def test_endpoint(
    open_source: Opener,
    endpoint: Endpoint,
    *,
    generation: Generation | None = None,  # noqa: PT028
    now: datetime,
) -> TestResult:
    """Open, try everything collecting needs, close. Never raises a ConnectorError."""
    try:
        source = open_source(endpoint, generation=generation)
    except ConnectorError as error:
        return TestResult(TestCode(error.code), error.message, dict(error.details))
    try:
        return source.test(now=now)
    finally:
        source.close()


def test_many(
    open_source: Opener,
    endpoints: Sequence[Endpoint],
    *,
    now: datetime,
    each: Callable[[int, TestResult], None] | None = None,  # noqa: PT028
) -> list[TestResult]:
    """Test all side by side; results in the order given. `each` hears of every one as it ends."""

    def one(numbered: tuple[int, Endpoint]) -> TestResult:
        result = test_endpoint(open_source, numbered[1], now=now)
        if each:
            each(numbered[0], result)
        return result

    with ThreadPoolExecutor(max_workers=SIDE_BY_SIDE) as pool:
        return list(pool.map(one, enumerate(endpoints)))


test_endpoint.__test__ = False  # type: ignore[attr-defined]  # no test of ours, whatever its name
test_many.__test__ = False  # type: ignore[attr-defined]
