"""Which requests meet a fault."""

import pytest

from lamis.simulators.opnsense.faults import Fault, FaultKind


@pytest.mark.parametrize(
    ("fault", "operation", "is_met"),
    [
        (Fault(FaultKind.SLOW), "core/menu/search", True),
        (Fault(FaultKind.SLOW, on="firewall/alias_util/"), "firewall/alias_util/add/T", True),
        (Fault(FaultKind.SLOW, on="firewall/alias_util/add"), "firewall/alias_util/list/T", False),
        (Fault(FaultKind.DOES_NOTHING), "firewall/alias_util/delete/T", True),
        (Fault(FaultKind.DOES_NOTHING), "firewall/alias_util/list/T", False),
        (Fault(FaultKind.SHORT_LIST), "firewall/alias_util/list/T", True),
        (Fault(FaultKind.SHORT_LIST), "core/menu/search", False),
    ],
)
def test_a_fault_meets_what_it_is_for(fault: Fault, operation: str, is_met: bool) -> None:
    assert fault.touches(operation) is is_met
