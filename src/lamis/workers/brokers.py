"""Where messages wait for workers: in this process, or in Redis for all of them."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from celery.app.amqp import AMQP
from celery.exceptions import WorkerShutdown
from kombu.connection import Connection

from lamis.base.ids import new_id
from lamis.storage.redis_link import TIMEOUT_S, RedisLink

POLL_S = 0.05
HEAR_S = 0.25
AGAIN_S = 1  # how soon a line that broke is tried again
CHECK_S = 5  # after how many seconds without an answer a line counts as broken
_NOISY = ("celery", "kombu")


@dataclass(frozen=True, slots=True)
class Broker:
    """A place for messages. `stop` ends the workers that wait there, each in its own thread.

    Stopped from another thread, as Celery offers, they would find their lines closed under their hands.
    """

    url: str
    options: Mapping[str, object]
    tls: Mapping[str, object] | None = None
    is_stopped: list[bool] = field(default_factory=list)

    def stop(self) -> None:
        self.is_stopped.append(True)

    @property
    def amqp(self) -> Callable[..., AMQP]:
        """What makes this broker's lines, for Celery."""
        stopped = self.is_stopped

        class Line(Connection):
            """Comes back a second after Redis does, where kombu's own pauses grow to half a minute.

            Waits for messages a moment at a time, so that it hears of its end.
            """

            def ensure_connection(self, *args: Any, callback: Any = None, **more: Any) -> Any:
                def each_second() -> None:
                    if stopped:
                        raise WorkerShutdown
                    if callback is not None:
                        callback()

                more |= {"interval_start": AGAIN_S, "interval_step": 0, "interval_max": AGAIN_S}
                more["callback"] = each_second
                return super().ensure_connection(*args, **more)  # type: ignore[no-untyped-call]

            def drain_events(self, *, timeout: float = HEAR_S, **more: Any) -> Any:
                if stopped:
                    raise WorkerShutdown
                return super().drain_events(timeout=min(timeout, HEAR_S), **more)  # type: ignore[no-untyped-call]

        class Lines(AMQP):  # type: ignore[misc]  # Celery has no types
            Connection = Line

        return Lines


def in_memory() -> Broker:
    """A broker of this process, by a name of its own: one started later must not take over its channels."""
    return Broker(f"memory://{new_id()}/", {"polling_interval": POLL_S})


def in_redis(link: RedisLink) -> Broker:
    """The broker that all processes of an installation share.

    What went wrong on its lines is told once, by the link; Celery would tell it each second.
    """
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    known: dict[str, Any] = link.client.connection_pool.connection_kwargs
    options: dict[str, object] = {
        "global_keyprefix": link.prefix,
        "socket_timeout": TIMEOUT_S,
        "socket_connect_timeout": TIMEOUT_S,
        "health_check_interval": CHECK_S,
        "max_retries": 0,  # of whoever sends
        "client_name": "lamis",
    }
    tls = {name: value for name, value in known.items() if name.startswith("ssl_")}
    is_tls = link.url.startswith("rediss://")
    checked = {"ssl_cert_reqs": "required", **tls} if is_tls else None
    return Broker(_url(known, is_tls=is_tls), options, checked)


def _url(known: Mapping[str, Any], *, is_tls: bool) -> str:
    """The address of Redis as kombu writes it."""
    name, password = (quote(known.get(each) or "", safe="") for each in ("username", "password"))
    person = f"{name}:{password}@" if name or password else ""
    number = known.get("db") or 0
    if path := known.get("path"):
        return f"redis+socket://{person}{path}?virtual_host={number}"
    host = known.get("host") or "localhost"
    place = f"[{host}]" if ":" in host else host
    return f"{'rediss' if is_tls else 'redis'}://{person}{place}:{known.get('port') or 6379}/{number}"
