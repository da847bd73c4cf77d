"""`lamis up` and the processes apart: compose, listen, serve, end."""

import os
import socket
import sys
import threading
from collections.abc import Callable
from typing import NoReturn

from lamis import __version__
from lamis.access import setup_code
from lamis.app.attended import take_short_turns
from lamis.app.compose import App, Duty, compose
from lamis.app.firewalls import firewall_of_first_version
from lamis.app.memory import give_back_what_is_large, look_for_garbage_seldom
from lamis.app.parts import stop_all
from lamis.app.server import Idle, Server, listen
from lamis.base.log import logger, set_up_logging
from lamis.base.settings import Settings, environment

_log = logger("app")
STARTED_S = 1.0  # how long the end waits for a start that is still under way


def shown_url(settings: Settings) -> str:
    """The address a person on this machine opens."""
    host = settings.host
    if host in {"0.0.0.0", "::"}:  # noqa: S104 -- compared, not bound
        host = "127.0.0.1"
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def serve(settings: Settings, duty: Duty = Duty.UP) -> NoReturn:
    """Serve until SIGTERM or Ctrl-C; the process ends here, within 5 s of the signal.

    Raises Invalid, Conflict or Unavailable with a sentence before it listens.
    """
    set_up_logging(settings.log_level)
    app = compose(settings, duty)
    listener = listen(settings.host, settings.port)
    if told := firewall_of_first_version(app.runtime, environment()):
        print(told, file=sys.stderr, flush=True)
    run(app, listener, announce=lambda: _announce(app))


def work(settings: Settings, duty: Duty, *, health_port: int | None) -> NoReturn:
    """Work, or schedule, until SIGTERM or Ctrl-C; answers only the health addresses, and only at a port.

    Raises like `serve`.
    """
    set_up_logging(settings.log_level)
    app = compose(settings, duty)
    listener = None if health_port is None else listen(settings.host, health_port)
    run(app, listener, announce=lambda: print(f"LAMIS {__version__} runs as {duty}", flush=True))


def run(
    app: App,
    listener: socket.socket | None,
    *,
    announce: Callable[[], None],
    at_end: Callable[[], None] = lambda: None,
) -> NoReturn:
    """Serve `app` on a bound socket; `announce` once it answers, `at_end` beside the end of its parts."""
    give_back_what_is_large()
    take_short_turns()

    def start() -> None:
        try:
            announce()
            for part in app.parts:
                part.start()
        except Exception:  # noqa: BLE001 -- the thread's boundary: half a process must not go on as if whole
            _log.exception("the start failed")
            os._exit(1)
        look_for_garbage_seldom()

    _until_signal(app, listener, start)
    ending = threading.Thread(target=at_end, name="end", daemon=True)
    ending.start()
    stop_all(app.parts)
    ending.join()
    app.runtime.database.close()
    _log.info("ended")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # a thread that hangs in a slow source must not hold the process


def _until_signal(app: App, listener: socket.socket | None, start: Callable[[], None]) -> None:
    if listener is None:
        idle = Idle(when_started=start)
        idle.run()
        idle.finish_starting(STARTED_S)
        return
    server = Server(app.asgi, when_listening=start)
    server.run(sockets=[listener])
    server.finish_starting(STARTED_S)


def _announce(app: App) -> None:
    settings = app.runtime.settings
    with app.runtime.database.write() as session:
        shared = None if settings.redis_url is None else app.runtime.keys.signing
        code = setup_code.renew(session, settings, shared=shared)
    if code is not None:
        print(f"The first-run page asks for this code: {code}", flush=True)
    print(f"LAMIS {__version__} listens on {shown_url(settings)}", flush=True)
