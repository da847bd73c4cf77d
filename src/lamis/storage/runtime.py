"""What every door and job needs of its process, made once by the composition."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from lamis.base.secrets import Keys
from lamis.base.settings import Settings
from lamis.storage.engine import Database
from lamis.storage.one_time import OneTime

if TYPE_CHECKING:  # loading it takes as long as half of a short command
    from lamis.storage.redis_link import RedisLink


class Alarm(Protocol):
    """Tells the workers to look at due rows now. Best effort: never raises, never waits."""

    def __call__(self, kind: str) -> None: ...


def silent_alarm(kind: str) -> None:
    """The alarm of a process without workers, such as the CLI: the clock finds the rows within a second."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """Settings, store and keys of one process. `alarm` takes "collect" or "act"; `redis` None: not used."""

    settings: Settings
    database: Database
    keys: Keys
    alarm: Alarm = field(default=silent_alarm)
    one_time: OneTime = field(default_factory=OneTime)
    redis: RedisLink | None = None

    @property
    def redis_problem(self) -> str | None:
        """The sentence why Redis cannot be used now; None where it can, or is not used."""
        return None if self.redis is None else self.redis.problem
