"""The way to Redis: reached or not, and why not. Redis carries signals and short-lived values only.

Nothing that must not be lost lies there, so that LAMIS works without it, a little later.
"""

import threading
from urllib.parse import urlsplit

import redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, BusyLoadingError, NoPermissionError, RedisError
from redis.retry import Retry

from lamis.base.errors import Invalid
from lamis.base.log import logger

TIMEOUT_S = 1.0  # nobody waits longer for a signal
OLDEST = 7
SETTING = "LAMIS_REDIS_URL"
ERRORS = (RedisError, OSError)
_log = logger("redis")


class RedisLink:
    """The Redis of one installation; `mark` keeps installations that share a Redis apart.

    `problem` is the sentence why it cannot be used now, or None. Raises Invalid for a URL that is none.
    """

    def __init__(self, url: str, *, mark: str) -> None:
        self.url = url
        self.prefix = f"lamis:{mark}:"
        self._lock = threading.Lock()
        self._problem: str | None = None
        try:
            self._shown = shown(url)
            self.client: redis.Redis = redis.Redis.from_url(
                url,
                socket_timeout=TIMEOUT_S,
                socket_connect_timeout=TIMEOUT_S,
                retry=Retry(NoBackoff(), 0),
                decode_responses=True,
                client_name="lamis",
            )
        except (ValueError, RedisError) as error:
            # What the parser says quotes parts of the URL, and with an odd sign in it the password.
            raise Invalid(
                f"{SETTING} is not the address of a Redis: redis://NAME:PASSWORD@HOST:6379/0, with signs "
                "such as # or / in the password written as %23 and %2F.",
                field=SETTING,
            ) from error

    @property
    def problem(self) -> str | None:
        return self._problem

    def look(self) -> bool:
        """Ask Redis whether it is there; keeps and logs what changed."""
        try:
            self.client.ping()
        except ERRORS as error:
            self.lost(error)
            return False
        self.reached()
        return True

    def version(self) -> str:
        """The server's version; Valkey tells that of the Redis it does everything of."""
        found: dict[str, object] = self.client.info("server")  # type: ignore[assignment]  # not awaited
        return str(found.get("redis_version", "0"))

    def reached(self) -> None:
        """Redis answered."""
        if self._changed(None):
            _log.info("Redis answers again", redis=self._shown)

    def lost(self, error: Exception) -> None:
        """Redis did not answer as it should."""
        sentence = f"Redis {_why(error)}. LAMIS goes on without it: news and jobs come up to 2 s later."
        if self._changed(sentence):
            _log.warning(sentence, redis=self._shown)

    def _changed(self, problem: str | None) -> bool:
        """Keep the state; True where it turned."""
        with self._lock:
            has_turned = (self._problem is None) != (problem is None)
            self._problem = problem
        return has_turned

    def close(self) -> None:
        self.client.close()


def shown(url: str) -> str:
    """Where a URL leads, without the name and the password in it."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return parts.path
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{host}:{parts.port or 6379}"


def _why(error: Exception) -> str:
    """In words of ours: what a driver says may quote what was sent."""
    match error:
        case AuthenticationError() | NoPermissionError():
            return f"refuses the name or password of {SETTING}"
        case BusyLoadingError():
            return "is still starting"
        case redis.TimeoutError() | TimeoutError():
            return "does not answer"
        case redis.ConnectionError() | OSError():
            return "cannot be reached"
    return f"answers with an error ({type(error).__name__})"
