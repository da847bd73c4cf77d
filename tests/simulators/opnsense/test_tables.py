"""Loading aliases into tables."""

import pytest

from lamis.simulators.opnsense import tables
from lamis.simulators.opnsense.box import Box
from lamis.simulators.opnsense.exchange import UserError


def test_an_alias_of_ports_has_no_table() -> None:
    box = Box()
    box.make_alias("P", "port", ["443"])
    assert "P" not in box.pf.tables


def test_an_external_table_is_declared_and_otherwise_left_alone() -> None:
    box = Box()
    box.make_alias("T")
    box.put("T", "192.0.2.1")
    tables.reconfigure(box)
    assert list(box.pf.tables["T"]) == ["192.0.2.1"]


def test_names_in_the_content_do_not_disturb() -> None:
    box = Box()
    box.make_alias("N", "network", ["192.0.2.0/24", "Other"])
    assert list(box.pf.tables["N"]) == ["192.0.2.0/24"]


def test_what_does_not_fit_is_an_error_and_changes_nothing() -> None:
    box = Box()
    alias = box.make_alias("N", "network", ["192.0.2.1"])
    box.pf.limit = 1
    alias.content = ["192.0.2.2", "192.0.2.3"]
    with pytest.raises(UserError, match="current_size: 1, new_size: 2"):
        tables.reconfigure(box)
    assert list(box.pf.tables["N"]) == ["192.0.2.1"]


def test_what_somebody_put_into_a_table_of_a_url_is_gone_at_the_next_refresh() -> None:
    box = Box()
    box.make_alias("U", "urltable", ["https://feeds.example/list"])
    box.put("U", "192.0.2.1")
    box.tick(60)
    assert not box.pf.tables["U"]
