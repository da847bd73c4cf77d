"""The numbers of the day are counted once, and anew whenever something is stored."""

from datetime import timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from lamis.base.scope import Actor, Role
from lamis.storage.engine import Database
from lamis.web.day import DayNumbers, KeptDays, day_numbers
from lamis.web.visits import Visit
from tests.alerts.world import NOW, ago, document, put, settle

EVERYBODY = Actor(person_id="p", name="Ada", is_operator=True)
SOUTHERNER = Actor(person_id="s", name="Sol", roles={2: Role.VIEWER})


@pytest.fixture
def app() -> SimpleNamespace:
    """An application's state, shared by all its requests."""
    return SimpleNamespace(state=SimpleNamespace())


def look(
    database: Database, app: SimpleNamespace, actor: Actor = EVERYBODY, *, later_s: float = 0
) -> DayNumbers:
    visit = SimpleNamespace(
        actor=actor, now=NOW + timedelta(seconds=later_s), request=SimpleNamespace(app=app)
    )
    with database.read() as session:
        return day_numbers(session, cast(Visit, visit))


def test_whoever_looks_at_the_same_moment_gets_the_same_numbers(
    database: Database, app: SimpleNamespace
) -> None:
    settle(database)
    put(database, document(1, at=ago(hours=2)))
    first = look(database, app)
    assert first.histogram.total == 1
    assert [item.label for item in first.top_devices] == ["web-01"]
    assert look(database, app, later_s=1) is first


def test_what_is_stored_counts_at_once(database: Database, app: SimpleNamespace) -> None:
    settle(database)
    look(database, app)
    put(database, document(1, at=ago(hours=2)))
    assert look(database, app).histogram.total == 1


def test_a_scope_has_its_own_numbers(database: Database, app: SimpleNamespace) -> None:
    settle(database)
    put(database, document(1, at=ago(hours=2)))
    put(database, document(2, at=ago(hours=2), device="south-1"), connection=3)
    assert look(database, app).histogram.total == 2
    found = look(database, app, SOUTHERNER)
    assert (found.histogram.total, [item.label for item in found.top_devices]) == (1, ["south-1"])


def test_numbers_are_at_most_five_seconds_old(database: Database, app: SimpleNamespace) -> None:
    settle(database)
    put(database, document(1, at=ago(hours=24) + timedelta(seconds=2)))
    assert look(database, app).histogram.total == 1
    assert look(database, app, later_s=6).histogram.total == 0


def test_only_so_many_are_kept() -> None:
    kept, numbers = KeptDays(), cast(DayNumbers, SimpleNamespace())
    for key in range(1_000):
        kept.keep(key, numbers)
    assert kept.get(0) is None
    assert kept.get(999) is numbers
