"""The alarm of a process without workers: a message to those of other processes."""

from contextlib import suppress

from celery import Celery

from lamis.storage.redis_link import RedisLink
from lamis.workers.celery_app import send


class RedisAlarm:
    """Tells any worker to look. Waits a second at most, and not at all while Redis is known to be away."""

    def __init__(self, link: RedisLink, app: Celery) -> None:
        self._link = link
        self._app = app

    def __call__(self, kind: str) -> None:
        if self._link.problem is None:
            with suppress(Exception):  # the row is due: the workers find it by themselves
                send(self._app, kind)
