"""The one tree of errors.

LamisError
├── NotFound        no such thing in the caller's scope (a foreign row is not found either)
├── NotAllowed      the caller may see it but not do this
├── NotSignedIn     nobody is signed in, or the sign-in ended
├── TooSoon         too many tries; `retry_after` says how long to wait
├── Conflict        the thing changed or exists already
├── Invalid         the input is wrong; `field` names where
├── Unavailable     a part of LAMIS itself cannot work now (disk, database, text index)
└── ConnectorError  an outside system; `code` is stable, `permanent` and `retry_after` guide the retry
    ├── Unreachable   no answer: DNS, refused, timeout, TLS
    ├── AuthFailed    it answered 401
    ├── Refused       it answered and will not: 403, 429, breakers, 503
    └── BadAnswer     it answered something that cannot be vouched for

The message is one sentence for the operator: what failed, on which thing, what to do. Never a secret.
"""

from datetime import timedelta


class LamisError(Exception):
    """The root; doors turn it into a status code, a page or an exit code."""

    @property
    def message(self) -> str:
        return str(self)


class NotFound(LamisError):
    """There is no such thing within the caller's scope."""


class NotAllowed(LamisError):
    """The caller lacks the permission."""


class NotSignedIn(LamisError):
    """There is no valid sign-in."""


class TooSoon(LamisError):
    """There were too many tries; the next one counts after `retry_after`."""

    def __init__(self, message: str, *, retry_after: timedelta) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Conflict(LamisError):
    """The request does not fit the present state."""


class Invalid(LamisError):
    """The input is wrong; `field` is its name as the caller sent it."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Unavailable(LamisError):
    """LAMIS itself cannot do this now."""


class ConnectorError(LamisError):
    """An outside system failed. `code` is one of `connections.types.TestCode`."""

    def __init__(
        self,
        message: str,
        *,
        code: str = "unknown",
        permanent: bool = False,
        retry_after: timedelta | None = None,
        details: dict[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.permanent = permanent
        self.retry_after = retry_after
        self.details = details or {}


class Unreachable(ConnectorError):
    """No answer came."""


class AuthFailed(ConnectorError):
    """The far side does not accept the credentials."""


class Refused(ConnectorError):
    """The far side answered that it will not, now or ever."""


class BadAnswer(ConnectorError):
    """The answer cannot be read or cannot be vouched for."""
