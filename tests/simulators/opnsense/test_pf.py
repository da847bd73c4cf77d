"""Entries in pf's own spelling."""

import pytest

from lamis.simulators.opnsense.pf import PacketFilter, canonical


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7/32", "192.0.2.7"),
        ("192.0.2.7/24", "192.0.2.0/24"),
        ("2001:0db8:0:0::0007", "2001:db8::7"),
        ("2001:db8::7/128", "2001:db8::7"),
        ("2001:db8::7/64", "2001:db8::/64"),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.7"),
        ("!192.0.2.7", "!192.0.2.7"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("999.1.1.1", None),
        ("cafe.de", None),
    ],
)
def test_it_prints_what_it_was_given_in_its_own_way(text: str, printed: str | None) -> None:
    assert canonical(text) == printed


def test_deleting_wants_the_printed_text() -> None:
    pf = PacketFilter()
    pf.add("T", "192.0.2.7/32", now_ms=0)
    pf.delete("T", "192.0.2.7/32")
    assert list(pf.tables["T"]) == ["192.0.2.7"]
    pf.delete("T", "192.0.2.7")
    assert not pf.tables["T"]


def test_a_full_filter_takes_nothing_and_says_nothing() -> None:
    pf = PacketFilter(limit=1)
    pf.add("T", "192.0.2.1", now_ms=0)
    pf.add("U", "192.0.2.2", now_ms=0)
    assert pf.used == 1
    assert not pf.replace("T", ["192.0.2.1", "192.0.2.2"], now_ms=0)
    assert list(pf.tables["T"]) == ["192.0.2.1"]


def test_an_address_is_covered_by_its_network() -> None:
    pf = PacketFilter()
    pf.add("T", "192.0.2.0/24", now_ms=0)
    pf.add("U", "2001:db8::/32", now_ms=0)
    assert pf.covering("192.0.2.9") == ["T"]
    assert pf.covering("2001:db8::9") == ["U"]


def test_an_exception_takes_its_address_out_of_a_network() -> None:
    pf = PacketFilter()
    for text in ("192.0.2.0/24", "!192.0.2.0/28", "192.0.2.9"):
        pf.add("T", text, now_ms=0)
    held = [text for text in ("192.0.2.1", "192.0.2.9", "192.0.2.99") if pf.covering(text)]
    assert held == ["192.0.2.9", "192.0.2.99"]


def test_an_entry_is_not_taken_beside_its_own_exception() -> None:
    pf = PacketFilter()
    for text in ("!192.0.2.7", "192.0.2.7", "192.0.2.8", "!192.0.2.8"):
        pf.add("T", text, now_ms=0)
    assert list(pf.tables["T"]) == ["!192.0.2.7", "192.0.2.8"]
