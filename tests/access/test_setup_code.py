"""The one-time code of the first run."""

import pytest

from lamis.access import setup_code
from lamis.base.scope import SYSTEM
from lamis.base.settings import Settings
from lamis.people import actions
from lamis.storage.engine import Database
from lamis.storage.tables import InstallationState
from tests.access.given import NOW


def settings(**given: object) -> Settings:
    return Settings(_env_file=None, **given)


@pytest.mark.parametrize(
    ("given", "is_needed"),
    [
        ({}, False),
        ({"host": "::1"}, False),
        ({"host": "0.0.0.0"}, True),
        ({"host": "lamis.example"}, True),
        ({"trusted_proxy": "127.0.0.1"}, True),
    ],
)
def test_a_code_is_needed_where_others_reach_lamis(given: dict[str, str], is_needed: bool) -> None:
    assert setup_code.is_needed(settings(**given)) is is_needed


def test_the_code_of_the_last_start_is_right_and_only_its_digest_is_stored(database: Database) -> None:
    wide = settings(host="0.0.0.0")
    with database.write() as session:
        assert not setup_code.is_right(session, wide, "")
        first = setup_code.renew(session, wide)
        second = setup_code.renew(session, wide)
        assert first
        assert second
        assert setup_code.is_right(session, wide, f" {second.upper()} ")
        assert not setup_code.is_right(session, wide, first)
        row = session.get(InstallationState, "setup_code")
        assert row
        assert second not in row.value


def test_no_code_is_made_on_loopback_or_once_somebody_exists(database: Database) -> None:
    wide = settings(host="0.0.0.0")
    with database.write() as session:
        assert setup_code.renew(session, settings()) is None
        assert setup_code.is_right(session, settings(), "")
        code = setup_code.renew(session, wide)
        assert code
        actions.add_person(session, SYSTEM, name="Olga", is_operator=True, now=NOW)
        assert setup_code.renew(session, wide) is None
        assert not setup_code.is_right(session, wide, code)


def test_processes_that_serve_side_by_side_print_the_same_code(database: Database) -> None:
    wide = settings(host="0.0.0.0")
    with database.write() as session:
        first = setup_code.renew(session, wide, shared="one secret")
        assert first == setup_code.renew(session, wide, shared="one secret")
        assert first is not None
        assert setup_code.is_right(session, wide, first)
        assert setup_code.renew(session, wide, shared="another") != first
        assert not setup_code.is_right(session, wide, first)
