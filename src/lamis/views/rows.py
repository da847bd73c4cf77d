"""What templates are given: plain values, complete before rendering. Pages and the JSON API share them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lamis.alerts import results
from lamis.alerts.types import Severity
from lamis.blocking.types import Mark
from lamis.views.links import Query


class Theme(StrEnum):
    """The person's choice, kept in the cookie THEME_COOKIE; the system decides otherwise."""

    SYSTEM = "system"
    DARK = "dark"
    LIGHT = "light"


THEME_COOKIE = "lamis_theme"
# What is typed as a page is a number that a store can reckon with, however long a list is.
_MOST_PAGES = 1_000_000_000
_MOST_ON_BADGE = 999


def theme_of(cookie: str | None) -> Theme:
    """The theme a cookie asks for; nonsense is no choice."""
    return next((theme for theme in Theme if theme.value == cookie), Theme.SYSTEM)


class Tone(StrEnum):
    """How an answer or a standing fact is meant; each has its own icon and word."""

    DONE = "done"
    NOTE = "note"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Message:
    """The answer to an action; it names the thing and survives one redirect."""

    tone: Tone
    text: str


@dataclass(frozen=True, slots=True)
class Banner:
    """A standing fact on top of every page: `subject` in bold, what about it, one way on."""

    tone: Tone
    text: str
    subject: str = ""
    action: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One line of a list of alerts.

    `created_at` is the source's time, None when its document has none. `connection_label` is empty,
    "paused" or "removed". `unreadable` is the reason why columns could not be taken.
    """

    id: str
    url: str
    severity: Severity
    title: str
    stored_at: datetime
    created_at: datetime | None = None
    level: int | None = None
    rule: str | None = None
    device: str | None = None
    source_address: str | None = None
    user: str | None = None
    tenant: str = ""
    tenant_id: str = ""
    connection: str = ""
    connection_id: str = ""
    connection_label: str = ""
    unreadable: str | None = None
    status: str | None = None
    incident: str | None = None
    mark: Mark | None = None

    @property
    def at(self) -> datetime:
        """The time to show: the source's, else when it was stored."""
        return self.created_at or self.stored_at


def alert_row(kept: results.AlertRow, mark: Mark | None = None) -> AlertRow:
    """A line of a list from what the queries answer; `mark` says that its address is blocked."""
    return AlertRow(
        id=kept.id,
        url=f"/alerts/{kept.id}",
        severity=Severity(kept.severity),
        title=kept.title,
        stored_at=datetime.fromisoformat(kept.stored_at),
        created_at=datetime.fromisoformat(kept.created_at),
        level=kept.level,
        rule=kept.rule,
        device=kept.device,
        source_address=kept.source_address,
        user=kept.user,
        tenant=kept.tenant,
        tenant_id=kept.tenant_id,
        connection=kept.connection,
        connection_id=kept.connection_id,
        connection_label="" if kept.connection_state == "active" else kept.connection_state,
        unreadable=kept.unreadable,
        status=kept.status,
        incident=kept.incident,
        mark=mark,
    )


@dataclass(frozen=True, slots=True)
class Pager:
    """Where in a list the page is. Build it with `pager()`; `page` is within 1..pages.

    `is_more` says that the list goes on beyond `total`, uncounted.
    """

    query: Query
    page: int
    pages: int
    total: int
    per_page: int
    is_more: bool = False

    @property
    def plus(self) -> str:
        """What follows the numbers of a list that was not counted to its end."""
        return "+" if self.is_more else ""

    @property
    def first(self) -> int:
        return min(self.total, (self.page - 1) * self.per_page + 1)

    @property
    def last(self) -> int:
        return min(self.total, self.page * self.per_page)

    @property
    def previous_url(self) -> str | None:
        return self.query.at_page(self.page - 1) if self.page > 1 else None

    @property
    def next_url(self) -> str | None:
        return self.query.at_page(self.page + 1) if self.page < self.pages or self.is_more else None


def page_number(asked: str | None, pages: int = _MOST_PAGES) -> int:
    """The page meant by what was typed: below 1 or no number is 1, past the end is the last."""
    try:
        page = int((asked or "").strip())
    except ValueError:
        return 1
    return max(1, min(page, max(1, pages)))


def pager(query: Query, *, total: int, per_page: int = 25, is_more: bool = False) -> Pager:
    """The pager of a list of `total` rows at the page that `query` asks for."""
    pages = max(1, -(-total // per_page))
    return Pager(query, page_number(query.value("page"), pages), pages, total, per_page, is_more)


@dataclass(frozen=True, slots=True)
class NavItem:
    """A room in the navigation."""

    label: str
    url: str
    icon: str
    is_current: bool = False
    badge: str = ""
    badge_tone: str = ""


@dataclass(frozen=True, slots=True)
class TenantChoice:
    """A tenant the person may look at."""

    id: str
    name: str


ROOMS = (
    ("overview", "Overview", "/", "home"),
    ("alerts", "Alerts", "/alerts", "bell"),
    ("incidents", "Incidents", "/incidents", "warning"),
    ("blocking", "Blocking", "/blocking", "lock"),
    ("sources", "Sources", "/sources", "database"),
    ("firewalls", "Firewalls", "/firewalls", "shield"),
    ("deliveries", "Deliveries", "/deliveries", "send"),
    ("people", "People", "/people", "users"),
    ("tenants", "Tenants", "/tenants", "building"),
)
OPERATOR_ROOMS = frozenset({"tenants"})
# A phone's bar has five places with names; where there are more rooms, the fifth opens the rest.
_NAMED_ON_PHONE = 4


def navigation(
    current: str,
    *,
    is_operator: bool,
    sources_failing: int = 0,
    firewalls_failing: int = 0,
    incidents_waiting: int = 0,
    channels_failing: int = 0,
) -> tuple[NavItem, ...]:
    """The rooms that exist for this person; `current` is the key of the room the page is in."""
    failing = {
        "sources": sources_failing,
        "firewalls": firewalls_failing,
        "deliveries": channels_failing,
    }
    return tuple(
        NavItem(
            label,
            url,
            icon,
            is_current=key == current,
            badge=_badge(failing | {"incidents": incidents_waiting}, key),
            badge_tone="critical" if key in failing else "",
        )
        for key, label, url, icon in ROOMS
        if is_operator or key not in OPERATOR_ROOMS
    )


def _badge(counts: Mapping[str, int], key: str) -> str:
    """A count as it fits beside a room's name; none where there is nothing."""
    n = counts.get(key, 0)
    return "" if not n else str(n) if n <= _MOST_ON_BADGE else f"{_MOST_ON_BADGE}+"


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds every page.

    `here` is the page's own address, to come back to. `refresh_s` makes the page renew itself; leave it
    None where people type. `after` is where in the journal a list stands, for what keeps it live.
    """

    now: datetime
    here: str = "/"
    csrf_token: str = ""
    person: str = ""
    is_operator: bool = False
    tenants: Sequence[TenantChoice] = ()
    tenant: TenantChoice | None = None
    nav: Sequence[NavItem] = ()
    banners: Sequence[Banner] = ()
    messages: Sequence[Message] = field(default=())
    theme: Theme = Theme.SYSTEM
    refresh_s: int | None = None
    after: str = ""
    search: str = ""

    @property
    def folded(self) -> Sequence[NavItem]:
        """The rooms that a phone shows in a menu: five fit with their names."""
        return self.nav[_NAMED_ON_PHONE:] if len(self.nav) > _NAMED_ON_PHONE + 1 else ()

    @property
    def folded_here(self) -> NavItem | None:
        """The room of this page, where the menu holds it."""
        return next((item for item in self.folded if item.is_current), None)

    @property
    def is_folded_in_trouble(self) -> bool:
        """Whether something in the menu fails."""
        return any(item.badge and item.badge_tone for item in self.folded)
