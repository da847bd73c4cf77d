"""Testing connections: the source is closed, errors are named, many are tried side by side."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

import pytest

from lamis.base.errors import AuthFailed, BadAnswer, ConnectorError, Invalid
from lamis.connections import testing
from lamis.connections.types import AlertSource, Endpoint, Generation, TestCode, TestResult
from tests.engines.waiting import PATIENCE_S

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class FakeSource:
    """A source that only can be tested."""

    def __init__(self, answer: Callable[[], TestResult]) -> None:
        self.answer = answer
        self.is_closed = False

    def test(self, *, now: datetime) -> TestResult:
        assert now == NOW
        return self.answer()

    def close(self) -> None:
        self.is_closed = True


class FakeOpener:
    """Opens fakes; `answers` maps an address to what its test does."""

    def __init__(self, answers: dict[str, Callable[[], TestResult]]) -> None:
        self.answers = answers
        self.opened: list[FakeSource] = []
        self.generations: list[Generation | None] = []

    def __call__(self, endpoint: Endpoint, *, generation: Generation | None) -> AlertSource:
        source = FakeSource(self.answers[endpoint.urls[0]])
        self.opened.append(source)
        self.generations.append(generation)
        return cast(AlertSource, source)


def passed(message: str) -> TestResult:
    return TestResult(TestCode.OK, message)


def failing(error: Exception) -> Callable[[], TestResult]:
    def fail() -> TestResult:
        raise error

    return fail


def test_what_was_opened_is_tested_and_closed() -> None:
    opener = FakeOpener({"a": lambda: passed("It works.")})
    result = testing.test_endpoint(opener, Endpoint(("a",)), generation=Generation.V5, now=NOW)
    assert result == passed("It works.")
    assert opener.generations == [Generation.V5]
    assert [source.is_closed for source in opener.opened] == [True]


def test_a_test_that_breaks_is_a_result_and_the_source_is_closed() -> None:
    opener = FakeOpener({"a": failing(RuntimeError("a bug"))})
    result = testing.test_endpoint(opener, Endpoint(("a",)), now=NOW)
    assert result.code is TestCode.UNKNOWN
    assert "a bug" not in result.message
    assert [source.is_closed for source in opener.opened] == [True]


def test_an_endpoint_that_cannot_be_used_is_a_result() -> None:
    opener = FakeOpener({"a": failing(Invalid("This is no certificate.", field="ca_pem"))})
    result = testing.test_endpoint(opener, Endpoint(("a",)), now=NOW)
    assert (result.code, result.message) == (TestCode.INVALID, "This is no certificate.")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AuthFailed("No.", code="auth_failed"), TestCode.AUTH_FAILED),
        (BadAnswer("What?", code="unexpected_answer"), TestCode.UNEXPECTED_ANSWER),
        (ConnectorError("Odd."), TestCode.UNKNOWN),
        (ConnectorError("Odd.", code="a code of tomorrow"), TestCode.UNKNOWN),
    ],
)
def test_what_cannot_be_opened_is_a_result_too(error: ConnectorError, code: TestCode) -> None:
    error.details["status"] = 500

    def opener(endpoint: Endpoint, *, generation: Generation | None) -> AlertSource:
        raise error

    result = testing.test_endpoint(opener, Endpoint(("a",)), now=NOW)
    assert (result.code, result.message, result.details) == (code, error.message, {"status": 500})


def test_many_are_tried_side_by_side_and_answered_in_order() -> None:
    together = threading.Barrier(3)

    def meets(name: str) -> Callable[[], TestResult]:
        def meet() -> TestResult:
            together.wait(PATIENCE_S)  # passes only when all three are being tested at once
            return passed(name)

        return meet

    opener = FakeOpener({name: meets(name) for name in "abc"})
    heard: dict[int, TestResult] = {}
    results = testing.test_many(
        opener, [Endpoint((name,)) for name in "abc"], now=NOW, each=heard.__setitem__
    )
    assert [result.message for result in results] == ["a", "b", "c"]
    assert heard == dict(enumerate(results))
    assert all(source.is_closed for source in opener.opened)


def test_one_that_breaks_takes_no_other_with_it() -> None:
    opener = FakeOpener(
        {"a": lambda: passed("a"), "b": failing(RuntimeError("a bug")), "c": lambda: passed("c")}
    )
    results = testing.test_many(opener, [Endpoint((name,)) for name in "abc"], now=NOW)
    assert [result.code for result in results] == [TestCode.OK, TestCode.UNKNOWN, TestCode.OK]
    assert "a bug" not in results[1].message


def test_none_is_nothing_to_test() -> None:
    assert testing.test_many(FakeOpener({}), [], now=NOW) == []
