"""Which paths a privilege opens."""

import pytest

from lamis.simulators.opnsense import privileges as p


@pytest.mark.parametrize(
    ("names", "target", "is_allowed"),
    [
        ([p.TABLES], "/api/firewall/alias_util/add/T", True),
        ([p.TABLES], "/api/firewall/aliasUtil/add/T", False),
        ([p.TABLES], "/api/firewall/alias/search_item", False),
        ([p.ALIASES], "/api/firewall/alias_util/add/T", False),
        ([p.ALIASES_READ], "/api/firewall/alias/get_item/x", True),
        ([p.ALIASES_READ], "/api/firewall/alias/add_item", False),
        ([p.STATES], "/api/diagnostics/firewall/del_state/1/2", True),
        ([p.ALL], "/api/anything/at/all", True),
        ([p.READONLY], "/api/firewall/alias_util/add/T", False),
        ([], "/api/core/menu/search?q=x", True),
        (["unknown"], "/api/core/firmware/status", False),
    ],
)
def test_masks_are_literal(names: list[str], target: str, is_allowed: bool) -> None:
    assert p.is_allowed(names, target) is is_allowed
