"""Making, changing and removing people."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lamis.base.errors import Conflict, Invalid, NotAllowed, NotFound
from lamis.base.scope import EVERYTHING, SYSTEM, Actor, Role
from lamis.journal.models import JournalEntry
from lamis.people import actions, queries, sign_ins
from lamis.people.digests import digest
from lamis.people.models import PasswordLink
from lamis.people.passwords import is_right
from lamis.storage.engine import Database
from lamis.tenants import actions as tenants

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


def make_tenant(session: Session, name: str) -> int:
    return tenants.create_tenant(session, SYSTEM, name, now=NOW).key


def make_person(session: Session, name: str, **roles: object) -> Actor:
    link = actions.add_person(session, SYSTEM, name=name, now=NOW, **roles)
    found = queries.actor_of(session, link.person_id)
    assert found
    return found


def kinds(session: Session) -> list[str]:
    return [entry.kind for entry in session.scalars(select(JournalEntry).order_by(JournalEntry.number))]


def test_the_first_operator_is_made_only_once(database: Database) -> None:
    with database.write() as session:
        first = actions.create_first_operator(session, name="Olga", password=PASSWORD, now=NOW)
    with database.write() as session:
        with pytest.raises(Conflict, match="set up already"):
            actions.create_first_operator(session, name="Mallory", password=PASSWORD, now=NOW)
        actor = queries.actor_of(session, first)
        assert actor
        assert actor.is_operator
        assert "operator created" in kinds(session)


def test_of_many_first_operators_at_once_one_is_made(database: Database) -> None:
    def make(number: int) -> bool:
        try:
            with database.write() as session:
                actions.create_first_operator(session, name=f"Olga {number}", password=PASSWORD, now=NOW)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(make, range(4))) == 1


def test_a_removed_first_person_does_not_open_the_set_up_again(database: Database) -> None:
    with database.write() as session:
        vera = make_person(session, "Vera")
        actions.remove_person(session, SYSTEM, vera.person_id, now=NOW)
        with pytest.raises(Conflict):
            actions.create_first_operator(session, name="Mallory", password=PASSWORD, now=NOW)


def test_names_are_unique_whatever_their_case(database: Database) -> None:
    with database.write() as session:
        make_person(session, "ana@acme.example")
        with pytest.raises(Conflict, match="already"):
            make_person(session, " ANA@acme.example")
        with pytest.raises(Invalid):
            make_person(session, "  ")


def test_a_removed_persons_name_can_be_used_again(database: Database) -> None:
    with database.write() as session:
        first = make_person(session, "Vera")
        assert actions.remove_person(session, SYSTEM, first.person_id, now=NOW) == "Vera"
        assert make_person(session, "vera").person_id != first.person_id
        assert queries.name_of(session, first.person_id) == "Vera"


def test_a_link_works_once_and_for_three_days(database: Database) -> None:
    with database.write() as session:
        link = actions.add_person(session, SYSTEM, name="Vera", now=NOW)
        assert link.expires_at == NOW + timedelta(days=3)
        late = NOW + timedelta(days=3)
        with pytest.raises(NotFound):
            actions.set_password_by_link(session, link.token, password=PASSWORD, now=late)
        with pytest.raises(Invalid):
            actions.set_password_by_link(session, link.token, password="short", now=NOW)
        assert actions.set_password_by_link(session, link.token, password=PASSWORD, now=NOW) == link.person_id
        with pytest.raises(NotFound, match="ask for a new one"):
            actions.set_password_by_link(session, link.token, password=PASSWORD, now=NOW)
        assert "password set by link" in kinds(session)


def test_the_store_never_holds_a_links_token(database: Database) -> None:
    with database.write() as session:
        link = actions.add_person(session, SYSTEM, name="Vera", now=NOW)
        assert session.get(PasswordLink, digest(link.token))
        assert session.get(PasswordLink, link.token) is None


def test_a_new_link_ends_the_ones_before(database: Database) -> None:
    with database.write() as session:
        old = actions.add_person(session, SYSTEM, name="Vera", now=NOW)
        actions.renew_link(session, SYSTEM, old.person_id, now=NOW)
        assert queries.usable_link(session, digest(old.token), now=NOW) is None


def test_a_new_password_ends_every_link(database: Database) -> None:
    with database.write() as session:
        actor = make_person(session, "Vera")
        link = actions.renew_link(session, SYSTEM, actor.person_id, now=NOW)
        actions.change_own_password(session, actor, password=PASSWORD, keep_session=None, now=NOW)
        assert queries.usable_link(session, digest(link.token), now=NOW) is None
        link = actions.renew_link(session, SYSTEM, actor.person_id, now=NOW)
        actions.reset_password(session, "Vera", password=PASSWORD, now=NOW)
        assert queries.usable_link(session, digest(link.token), now=NOW) is None


def test_a_new_password_ends_other_sign_ins_and_every_token(database: Database) -> None:
    with database.write() as session:
        vera = make_person(session, "Vera")
        tokens = [
            sign_ins.start_session(session, vera.person_id, address="", agent="", hours=1, now=NOW)
            for _ in "ab"
        ]
        own = queries.live_session(session, digest(tokens[0]), now=NOW)
        assert own
        epoch = queries.token_epoch(session, vera.person_id)
        actions.change_own_password(session, vera, password=PASSWORD, keep_session=own.id, now=NOW)
        session.expire_all()
        assert [each.id for each in queries.sessions_of(session, vera.person_id, now=NOW)] == [own.id]
        assert queries.token_epoch(session, vera.person_id) != epoch


def test_a_reset_from_the_command_line_ends_everything(database: Database) -> None:
    with database.write() as session:
        vera = make_person(session, "Vera")
        sign_ins.start_session(session, vera.person_id, address="", agent="", hours=1, now=NOW)
        actions.reset_password(session, "VERA", password=PASSWORD, now=NOW)
        assert queries.sessions_of(session, vera.person_id, now=NOW) == []
        row = queries.person_named(session, "Vera")
        assert row
        assert is_right(PASSWORD, row.password_hash)
        with pytest.raises(NotFound, match="nobody named Nobody"):
            actions.reset_password(session, "Nobody", password=PASSWORD, now=NOW)


def test_an_admin_adds_and_changes_members_of_own_tenants_only(database: Database) -> None:
    with database.write() as session:
        acme, globex = make_tenant(session, "Acme"), make_tenant(session, "Globex")
        adam = make_person(session, "Adam", tenant_key=acme, role=Role.ADMIN)
        gina = make_person(session, "Gina", tenant_key=globex, role=Role.VIEWER)
        loner = make_person(session, "Loner")
        added = actions.add_person(session, adam, name="New", tenant_key=acme, role=Role.VIEWER, now=NOW)
        assert queries.tenant_keys_of(session, added.person_id) == {acme}
        with pytest.raises(NotFound):
            actions.add_person(session, adam, name="New 2", tenant_key=globex, role=Role.VIEWER, now=NOW)
        with pytest.raises(NotAllowed):
            actions.add_person(session, adam, name="New 3", now=NOW)
        with pytest.raises(NotAllowed):
            actions.add_person(
                session, adam, name="New 4", tenant_key=acme, role=Role.VIEWER, is_operator=True, now=NOW
            )
        for stranger in (gina, loner):
            with pytest.raises(NotFound):
                actions.set_role(
                    session, adam, stranger.person_id, tenant_key=acme, role=Role.VIEWER, now=NOW
                )
        with pytest.raises(NotFound):
            actions.remove_role(session, adam, gina.person_id, tenant_key=globex, now=NOW)


def test_a_link_kept_by_an_admin_does_not_grow_with_the_person(database: Database) -> None:
    with database.write() as session:
        acme, globex = make_tenant(session, "Acme"), make_tenant(session, "Globex")
        adam = make_person(session, "Adam", tenant_key=acme, role=Role.ADMIN)
        olga = make_person(session, "Olga", is_operator=True)
        kept = actions.add_person(session, adam, name="New", tenant_key=acme, role=Role.VIEWER, now=NOW)
        assert queries.usable_link(session, digest(kept.token), now=NOW)
        actions.set_role(session, olga, kept.person_id, tenant_key=globex, role=Role.VIEWER, now=NOW)
        session.expire_all()
        assert queries.usable_link(session, digest(kept.token), now=NOW) is None
        own = actions.renew_link(session, olga, kept.person_id, now=NOW)
        actions.make_operator(session, olga, kept.person_id, now=NOW)
        session.expire_all()
        assert queries.usable_link(session, digest(own.token), now=NOW)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_those_who_are_not_admin_change_nobody(database: Database, role: Role) -> None:
    with database.write() as session:
        acme = make_tenant(session, "Acme")
        vera = make_person(session, "Vera", tenant_key=acme, role=role)
        other = make_person(session, "Other", tenant_key=acme, role=Role.VIEWER)
        with pytest.raises(NotAllowed):
            actions.set_role(session, vera, other.person_id, tenant_key=acme, role=Role.ADMIN, now=NOW)
        with pytest.raises(NotAllowed):
            actions.remove_role(session, vera, other.person_id, tenant_key=acme, now=NOW)
        with pytest.raises(NotAllowed):
            actions.remove_person(session, vera, other.person_id, now=NOW)
        with pytest.raises(NotFound):
            actions.renew_link(session, vera, other.person_id, now=NOW)
        with pytest.raises(NotAllowed):
            actions.make_operator(session, vera, vera.person_id, now=NOW)
        with pytest.raises(NotAllowed):
            actions.unmake_operator(session, vera, other.person_id, now=NOW)


def test_nobody_changes_or_takes_away_their_own_role(database: Database) -> None:
    with database.write() as session:
        acme = make_tenant(session, "Acme")
        ada = make_person(session, "Ada", tenant_key=acme, role=Role.ADMIN)
        with pytest.raises(NotAllowed):
            actions.set_role(session, ada, ada.person_id, tenant_key=acme, role=Role.VIEWER, now=NOW)
        with pytest.raises(NotAllowed):
            actions.remove_role(session, ada, ada.person_id, tenant_key=acme, now=NOW)


def test_there_is_always_an_operator(database: Database) -> None:
    with database.write() as session:
        olga = make_person(session, "Olga", is_operator=True)
        vera = make_person(session, "Vera")
        with pytest.raises(Conflict, match="last operator"):
            actions.unmake_operator(session, olga, olga.person_id, now=NOW)
        with pytest.raises(Conflict, match="last operator"):
            actions.remove_person(session, SYSTEM, olga.person_id, now=NOW)
        actions.make_operator(session, olga, vera.person_id, now=NOW)
        actions.unmake_operator(session, olga, olga.person_id, now=NOW)
        assert queries.operator_count(session) == 1
        assert {"operator made", "operator unmade"} <= set(kinds(session))


def test_removing_a_person_ends_all_they_had(database: Database) -> None:
    with database.write() as session:
        acme = make_tenant(session, "Acme")
        vera = make_person(session, "Vera", tenant_key=acme, role=Role.ADMIN)
        token = sign_ins.start_session(session, vera.person_id, address="", agent="", hours=1, now=NOW)
        link = actions.renew_link(session, SYSTEM, vera.person_id, now=NOW)
        actions.remove_person(session, SYSTEM, vera.person_id, now=NOW)
        session.expire_all()
        assert queries.actor_of(session, vera.person_id) is None
        assert queries.token_epoch(session, vera.person_id) is None
        assert queries.live_session(session, digest(token), now=NOW) is None
        assert queries.usable_link(session, digest(link.token), now=NOW) is None
        assert queries.people(session, EVERYTHING) == []
        assert queries.member_counts(session, EVERYTHING) == {}


def test_what_becomes_of_a_person_is_journalled(database: Database) -> None:
    with database.write() as session:
        link = actions.add_person(session, SYSTEM, name="Vera", now=NOW)
        actions.set_password_by_link(session, link.token, password=PASSWORD, now=NOW)
        vera = queries.actor_of(session, link.person_id)
        assert vera
        actions.change_own_password(session, vera, password=PASSWORD, keep_session=None, now=NOW)
        actions.reset_password(session, "Vera", password=PASSWORD, now=NOW)
        actions.remove_person(session, SYSTEM, vera.person_id, now=NOW)
        assert kinds(session) == [
            "person added", "password set by link", "password changed", "password reset", "person removed"
        ]  # fmt: skip


def test_links_that_are_too_old_are_not_kept(database: Database) -> None:
    with database.write() as session:
        old = actions.add_person(session, SYSTEM, name="Vera", now=NOW)
        actions.add_person(session, SYSTEM, name="Wim", now=NOW + timedelta(days=3))
        session.expire_all()
        assert session.get(PasswordLink, digest(old.token)) is None


def test_roles_are_journalled_in_the_stream_of_their_tenant(database: Database) -> None:
    with database.write() as session:
        acme = make_tenant(session, "Acme")
        vera = make_person(session, "Vera")
        for role in (Role.VIEWER, Role.VIEWER, Role.ADMIN):
            actions.set_role(session, SYSTEM, vera.person_id, tenant_key=acme, role=role, now=NOW)
        actions.remove_role(session, SYSTEM, vera.person_id, tenant_key=acme, now=NOW)
        with pytest.raises(NotFound):
            actions.remove_role(session, SYSTEM, vera.person_id, tenant_key=acme, now=NOW)
        written = session.scalars(select(JournalEntry).where(JournalEntry.stream == f"tenant:{acme}"))
        told = [(entry.kind, entry.subject["role"]) for entry in written]
        assert told == [("role given", "viewer"), ("role given", "admin"), ("role taken away", "admin")]
