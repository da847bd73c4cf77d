"""Tenants from the command line."""

import json

from tests.cli.conftest import Run


def test_tenants_are_added_and_listed(run: Run) -> None:
    assert "No tenants yet" in run("tenants", "list").out
    assert run("tenants", "add", "Globex").code == 0
    assert json.loads(run("tenants", "add", "Acme", "--json").out)["name"] == "Acme"
    listed = json.loads(run("tenants", "list", "--json").out)
    assert [tenant["name"] for tenant in listed] == ["Acme", "Globex"]
    assert "Globex" in run("tenants", "list").out
