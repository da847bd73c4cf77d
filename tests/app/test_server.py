"""Binding the address, with sentences where it fails."""

import socket

import pytest

from lamis.app.server import listen
from lamis.base.errors import Conflict, Invalid


def test_a_free_port_is_bound() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Conflict, match=f"port {port}"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize("host", ["not an address", "a..b", "x" * 80])
def test_a_host_that_is_no_address_is_named(host: str) -> None:
    with pytest.raises(Invalid, match="LAMIS_HOST") as caught:
        listen(host, 0)
    assert caught.value.field == "LAMIS_HOST"


def test_an_address_of_another_machine_is_refused_with_a_sentence() -> None:
    with pytest.raises(Conflict, match=r"192\.0\.2\.1"):
        listen("192.0.2.1", 0)
