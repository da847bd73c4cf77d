"""Testing connections, one and many."""

import threading
from typing import cast

from lamis.base.errors import Unreachable
from lamis.connections import testing
from lamis.connections.types import AlertSource, Endpoint, Generation, TestCode, TestResult
from tests.connections.world import NOON


class Answers:
    """A source whose test ends with the code in its address."""

    closed = 0

    def __init__(self, code: str) -> None:
        self._code = code

    def test(self, *, now: object) -> TestResult:
        return TestResult(TestCode(self._code), f"It says {self._code}.")

    def close(self) -> None:
        Answers.closed += 1


def opened(endpoint: Endpoint, *, generation: Generation | None) -> AlertSource:
    if endpoint.urls[0] == "nowhere":
        raise Unreachable("Nothing answers.", code=TestCode.UNREACHABLE, details={"status": 0})
    return cast(AlertSource, Answers(endpoint.urls[0]))


def test_a_source_is_closed_after_its_test() -> None:
    before = Answers.closed
    assert testing.test_endpoint(opened, Endpoint(("ok",)), now=NOON).is_ok
    assert Answers.closed == before + 1


def test_what_cannot_be_opened_is_a_result_too() -> None:
    result = testing.test_endpoint(opened, Endpoint(("nowhere",)), now=NOON)
    assert (result.code, result.details) == (TestCode.UNREACHABLE, {"status": 0})


def test_many_are_tested_side_by_side_and_told_in_order() -> None:
    codes = ["ok", "timeout", "nowhere", "busy"] * 8
    told: list[int] = []
    lock = threading.Lock()

    def each(number: int, _result: TestResult) -> None:
        with lock:
            told.append(number)

    results = testing.test_many(opened, [Endpoint((code,)) for code in codes], now=NOON, each=each)
    assert [result.code for result in results] == [code.replace("nowhere", "unreachable") for code in codes]
    assert sorted(told) == list(range(32))
