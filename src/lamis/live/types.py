"""What a socket may look at."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from lamis.alerts.filters import parse_filter
from lamis.alerts.types import Filter
from lamis.base.scope import Scope

DAY = timedelta(days=1)
Params = tuple[tuple[str, tuple[str, ...]], ...]
Format = Literal["json", "html"]
Kind = Literal["alerts", "stats", "incidents", "blocks"]
KINDS: tuple[Kind, ...] = ("alerts", "stats", "incidents", "blocks")


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at: by whom (a scope), through which filter, in which shape. Equal ones share a feed."""

    kind: Kind
    scope: Scope
    params: Params = ()
    format: Format = "json"
    show_tenant: bool = True

    def wanted(self, *, now: datetime) -> Filter:
        """The filter now: spans such as 24h move on. Raises Invalid."""
        found = parse_filter(dict(self.params), now=now)
        if found.since is None and found.until is None:
            return replace(found, since=now - DAY)
        return found
