"""How long faults stand and which requests meet them."""

import pytest

from lamis.simulators.faults import Fault, FaultKind, Faults


def test_a_counted_fault_ends_when_it_is_used_up() -> None:
    faults: Faults[Fault] = Faults()
    faults.add(Fault(FaultKind.BREAKER, count=2))
    met = [faults.take("search") for _ in range(3)]
    assert [fault is not None for fault in met] == [True, True, False]
    assert faults.standing() == []


def test_a_timed_fault_is_over_when_its_time_is() -> None:
    faults: Faults[Fault] = Faults()
    faults.add(Fault(FaultKind.SLOW, lasts_s=0))
    faults.add(Fault(FaultKind.HANG, lasts_s=3600))
    assert [fault.kind for fault in faults.standing()] == [FaultKind.HANG]


def test_a_fault_stands_until_it_is_cleared() -> None:
    faults: Faults[Fault] = Faults()
    faults.add(Fault(FaultKind.HTML_ERROR))
    assert all(faults.take("root") for _ in range(50))
    faults.clear()
    assert faults.take("root") is None


@pytest.mark.parametrize(
    ("fault", "operation", "is_met"),
    [
        (Fault(FaultKind.SLOW), "root", True),
        (Fault(FaultKind.SLOW, on="pit"), "search", False),
        (Fault(FaultKind.SLOW, on="pit"), "pit", True),
        (Fault(FaultKind.EMPTY_PAGE), "root", False),
        (Fault(FaultKind.EMPTY_PAGE), "scroll", True),
        (Fault(FaultKind.RED), "health", True),
        (Fault(FaultKind.TIMED_OUT), "health", False),
    ],
)
def test_a_fault_meets_the_operations_it_is_for(fault: Fault, operation: str, is_met: bool) -> None:
    assert fault.touches(operation) is is_met
