"""Testing connections: one, or many side by side. The network is called with no transaction open."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Protocol, TypeVar

from lamis.base.errors import ConnectorError, Invalid
from lamis.base.log import logger
from lamis.connections.types import Endpoint, Generation, Opener, TestCode, TestResult

SIDE_BY_SIDE = 8
_log = logger("connections")


class Testable(Protocol):
    """What every opened arm of a connector can do, whatever its ability."""

    def test(self, *, now: datetime) -> TestResult: ...

    def close(self) -> None: ...


Arm = TypeVar("Arm", bound=Testable)


def test_endpoint(
    open_source: Opener,
    endpoint: Endpoint,
    *,
    generation: Generation | None = None,  # noqa: PT028
    now: datetime,
) -> TestResult:
    """Open, try everything collecting needs, close. Never raises: what breaks is a result, and logged."""
    return test_opened(
        lambda: open_source(endpoint, generation=generation), try_it=lambda source: source.test(now=now)
    )


def test_opened(
    open_it: Callable[[], Arm],
    *,
    try_it: Callable[[Arm], TestResult],
) -> TestResult:
    """Open, let `try_it` do what is to be tried, close. Never raises: what breaks is a result, and logged."""
    try:
        arm = open_it()
        try:
            return try_it(arm)
        finally:
            arm.close()
    except ConnectorError as error:
        return failed(error)
    except Invalid as error:
        return TestResult(TestCode.INVALID, error.message)
    except Exception as error:  # noqa: BLE001 -- the boundary to a vendor: one source must not end an import
        _log.exception("a connection test failed")
        told = f"The test failed inside LAMIS ({type(error).__name__}); its log has the details."
        return TestResult(TestCode.UNKNOWN, told)


def failed(error: ConnectorError) -> TestResult:
    """The result that an error of a connector is."""
    code = TestCode(error.code) if error.code in set(TestCode) else TestCode.UNKNOWN
    return TestResult(code, error.message, dict(error.details))


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
test_opened.__test__ = False  # type: ignore[attr-defined]
test_many.__test__ = False  # type: ignore[attr-defined]
