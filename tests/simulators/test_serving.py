"""Ports."""

import pytest

from lamis.simulators.asgi import Message, Receive, Send
from lamis.simulators.certificates import make_certificates
from lamis.simulators.serving import Background, listen, server_context


def test_a_taken_port_is_refused_or_replaced() -> None:
    with listen(0) as first:
        first.listen()
        port = first.getsockname()[1]
        with pytest.raises(OSError):
            listen(port)
        with listen(port, or_any=True) as second:
            assert second.getsockname()[1] != port


def test_a_context_is_made_without_leaving_the_key_behind() -> None:
    assert server_context(make_certificates()).cert_store_stats()["x509"] == 0


async def _nothing(scope: Message, receive: Receive, send: Send) -> None:
    """An application that never answers."""


@pytest.mark.slow
def test_a_background_server_comes_back_on_its_port() -> None:
    server = Background(None, name="test")
    server.start(_nothing)
    port = server.port
    assert server.stop()
    assert not server.stop()
    server.start(_nothing)
    assert server.port == port
    server.stop()
