"""A whole installation behind a real server on a port of its own."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from lamis.api.app import build_api
from lamis.app.dispatch import Dispatch
from lamis.app.health import build_health
from lamis.live.app import build_live
from lamis.storage.runtime import Runtime
from lamis.web.app import build_web
from tests.engines.waiting import PATIENCE_S
from tests.store import of_doors


@contextmanager
def serving(runtime: Runtime, port: int = 0) -> Iterator[int]:
    """Serve all doors until the block ends; the port they listen on is given."""
    doors = of_doors(runtime)
    every = Dispatch(
        health=build_health(doors), api=build_api(doors), web=build_web(doors), live=build_live(doors)
    )
    with listening(every, port) as found:
        yield found


@contextmanager
def listening(app: ASGIApp, port: int = 0) -> Iterator[int]:
    """Serve `app` from a thread until the block ends; the port it listens on is given."""
    listener = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(
        app, log_config=None, lifespan="off", ws="websockets-sansio", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)
        listener.close()
        assert not thread.is_alive()
