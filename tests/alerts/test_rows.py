"""Rows: times and addresses as the API writes them."""

from ipaddress import IPv4Address, IPv6Address, ip_address

from hypothesis import given
from hypothesis import strategies as st

from lamis.alerts.rows import moment, rows_of
from lamis.alerts.rules import packed, shown_address
from lamis.base.clock import iso_ms
from lamis.storage.engine import Database
from lamis.storage.raw import driver
from tests.alerts.world import document, put


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_a_moment_is_written_as_everywhere(ms: int) -> None:
    assert moment(ms) == iso_ms(ms)


@given(st.ip_addresses())
def test_an_address_is_written_as_people_do(address: IPv4Address | IPv6Address) -> None:
    shown = ip_address(shown_address(packed(address)))
    assert packed(shown) == packed(address)


def test_rows_come_in_the_order_asked_for(store: Database) -> None:
    keys = [outcome.key for outcome in put(store, *[document(n, title=f"T{n}") for n in range(5)]).outcomes]
    with store.read() as session:
        rows = rows_of(driver(session), keys[::-1])
        assert [row.title for row in rows] == ["T4", "T3", "T2", "T1", "T0"]
        assert rows_of(driver(session), []) == []
