"""`lamis up`: compose, listen, serve, end."""

import os
import sys
from typing import NoReturn

from lamis import __version__
from lamis.app.compose import compose
from lamis.app.server import Server, listen
from lamis.base.log import logger, set_up_logging
from lamis.base.settings import Settings

_log = logger("app")


def shown_url(settings: Settings) -> str:
    """The address a person on this machine opens."""
    host = settings.host
    if host in {"0.0.0.0", "::"}:  # noqa: S104 -- compared, not bound
        host = "127.0.0.1"
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def serve(settings: Settings) -> NoReturn:
    """Serve until SIGTERM or Ctrl-C; the process ends here, within 5 s of the signal.

    Raises Invalid, Conflict or Unavailable with a sentence before it listens.
    """
    set_up_logging(settings.log_level)
    app = compose(settings)
    listener = listen(settings.host, settings.port)
    server = Server(app.asgi, when_listening=lambda: None)
    print(f"LAMIS {__version__} listens on {shown_url(settings)}", flush=True)
    server.run(sockets=[listener])
    server.finish_starting(1)
    app.runtime.database.close()
    _log.info("ended")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
