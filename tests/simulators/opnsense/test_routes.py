"""Where a path leads."""

import pytest

from lamis.simulators.opnsense import alias, alias_util, diagnostics, routes

NOW = (26, 7, 2)


@pytest.mark.parametrize(
    ("path", "handler", "params"),
    [
        ("/api/firewall/alias_util/add/T", alias_util.add, ["T"]),
        ("/api/firewall/aliasUtil/add/T", alias_util.add, ["T"]),
        ("/api/firewall/alias/getAliasUUID/T", alias.uuid_of, ["T"]),
        ("/api/firewall/alias/get_alias_u_u_i_d/T", alias.uuid_of, ["T"]),
        ("/api/diagnostics/firewall/del_state/1/2", diagnostics.delete, ["1", "2"]),
    ],
)
def test_both_spellings_lead_there(path: str, handler: object, params: list[str]) -> None:
    found = routes.find(path, version=NOW)
    assert found is not None
    assert (found[0].handler, found[1]) == (handler, params)


@pytest.mark.parametrize("path", ["/", "/api/firewall", "/ui/firewall/alias/x", "/api/a/b/c"])
def test_other_paths_lead_nowhere(path: str) -> None:
    assert routes.find(path, version=NOW) is None


def test_what_was_removed_leads_nowhere_since() -> None:
    assert routes.find("/api/firewall/filter/savepoint", version=NOW) is None
    assert routes.find("/api/firewall/filter/savepoint", version=(26, 1)) is not None
