"""What the store needs of a database engine: three pools, turns for writers, a limit for readers."""

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Literal, Protocol

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lamis.base.scope import Scope

Dialect = Literal["sqlite", "postgresql"]


class Backend(Protocol):
    """One kind of database. `shown` names the place for people, without a secret."""

    @property
    def dialect(self) -> Dialect: ...

    @property
    def shown(self) -> str: ...

    @property
    def reader(self) -> Engine: ...

    @property
    def writer(self) -> Engine: ...

    @property
    def feeder(self) -> Engine: ...

    def person(self) -> AbstractContextManager[None]:
        """Held while a person or a job writes."""
        ...

    def ingest(self) -> AbstractContextManager[None]:
        """Held while a page of alerts is stored."""
        ...

    def begin(self, session: Session, scope: Scope | None, longest: timedelta | None) -> None:
        """Say at the start of a transaction whose rows it may touch (None: nobody's) and for how long."""
        ...

    def ending_after(self, session: Session, longest: timedelta) -> AbstractContextManager[None]:
        """End a statement that takes longer with Unavailable."""
        ...

    def is_repeatable(self, error: Exception) -> bool:
        """Whether a transaction that failed so may well succeed when it is made again."""
        ...
