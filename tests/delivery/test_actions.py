"""Making, changing and removing channels."""

import pytest

from lamis.base.errors import Conflict, Invalid, NotAllowed, NotFound
from lamis.base.scope import SYSTEM, Actor, Role
from lamis.delivery import actions
from lamis.delivery.drafts import parse_channel
from lamis.delivery.sealing import opened
from lamis.delivery.types import ChannelInfo, DeliveryState
from tests.delivery.world import MAIL, URL, VAULT, WEBHOOK, World


def admin(world: World) -> Actor:
    return Actor("p" * 26, "anna", roles={world.acme.key: Role.ADMIN})


def sealed(world: World, channel: ChannelInfo) -> object:
    return opened(VAULT, world.row(channel).sealed)


def test_a_webhook_gets_a_secret_that_is_told_once(world: World) -> None:
    with world.database.write() as session:
        channel_id, secret = actions.add_channel(
            session,
            SYSTEM,
            parse_channel(WEBHOOK),
            tenant_key=world.acme.key,
            vault=VAULT,
            now=world.now,
        )
    channel = world.channel(channel_id)
    assert secret is not None
    assert secret.startswith("whsec_")
    row = world.row(channel)
    assert secret not in str(vars(row))
    assert "hidden" not in str(vars(row))
    assert channel.place == "https://hooks.example"
    assert world.journal() == ["channel.added"]


def test_mail_has_no_signing_secret(world: World) -> None:
    with world.database.write() as session:
        _, secret = actions.add_channel(
            session, SYSTEM, parse_channel(MAIL), tenant_key=world.acme.key, vault=VAULT, now=world.now
        )
    assert secret is None


def test_names_are_alone_in_their_tenant(world: World) -> None:
    world.add(name="Night watch")
    with pytest.raises(Conflict, match="already"):
        world.add(name="night WATCH")


@pytest.mark.parametrize("values", [{**WEBHOOK, "url": ""}, {**MAIL, "password": ""}])
def test_a_new_channel_needs_its_secrets(world: World, values: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        world.add(values)


def test_blank_secrets_keep_the_old_ones(world: World) -> None:
    hook, mail = world.add(), world.add(MAIL)
    before = [sealed(world, hook), sealed(world, mail)]
    world.edit(hook, **{**WEBHOOK, "url": "", "name": "renamed", "per_hour": "5"})
    world.edit(mail, **{**MAIL, "password": "", "recipients": "other@example.org"})
    assert [sealed(world, hook), sealed(world, mail)] == before
    assert (world.channel(hook.id).name, world.channel(hook.id).per_hour) == ("renamed", 5)
    assert world.journal().count("channel.changed") == 2


@pytest.mark.parametrize(
    "change",
    [{"host": "elsewhere.example"}, {"port": "2525"}, {"security": "tls"}, {"username": "other"}],
)
def test_a_password_does_not_follow_to_another_server(world: World, change: dict[str, object]) -> None:
    mail = world.add(MAIL)
    with pytest.raises(Invalid) as wrong:
        world.edit(mail, **{**MAIL, "password": "", **change})
    assert wrong.value.field == "password"
    world.edit(mail, **{**MAIL, **change})


def test_without_a_user_no_password_is_kept(world: World) -> None:
    mail = world.add(MAIL)
    world.edit(mail, **{**MAIL, "username": "", "password": ""})
    assert "hidden" not in str(sealed(world, mail))


def test_a_kind_stays(world: World) -> None:
    with pytest.raises(Invalid, match="kind"):
        world.edit(world.add(), **MAIL)


def test_who_leads_it_elsewhere_decides_what_may_be_reached(world: World) -> None:
    hook = world.add()
    assert world.row(hook).may_reach_private
    world.edit(hook, actor=admin(world), **{**WEBHOOK, "url": "", "per_hour": "3"})
    assert world.row(hook).may_reach_private
    world.edit(hook, actor=admin(world), **{**WEBHOOK, "url": URL})
    assert not world.row(hook).may_reach_private
    world.edit(hook, **WEBHOOK)
    assert world.row(hook).may_reach_private
    assert not world.row(world.add(MAIL, actor=admin(world))).may_reach_private


def test_switching_off_drops_what_waits(world: World) -> None:
    hook = world.add()
    world.tell()
    world.notice()
    with world.database.write() as session:
        actions.set_active(session, SYSTEM, hook.id, is_active=False, now=world.now)
        actions.set_active(session, SYSTEM, hook.id, is_active=False, now=world.now)
    assert [each.state for each in world.deliveries()] == [DeliveryState.DROPPED]
    assert world.journal() == ["channel.added", "channel.switched_off"]
    assert world.claim() is None


def test_an_operator_within_one_tenant_drops_what_waits_too(world: World) -> None:
    hook = world.add()
    world.tell()
    world.notice()
    operator = Actor("p" * 26, "olga", is_operator=True).narrow(world.acme.key)
    with world.database.write() as session:
        actions.set_active(session, operator, hook.id, is_active=False, now=world.now)
    assert [each.state for each in world.deliveries()] == [DeliveryState.DROPPED]


def test_rotating_keeps_the_old_secret_for_a_day(world: World) -> None:
    hook = world.add()
    with world.database.write() as session:
        first = actions.rotate_secret(session, SYSTEM, hook.id, vault=VAULT, now=world.now)
        second = actions.rotate_secret(session, SYSTEM, hook.id, vault=VAULT, now=world.now)
    found = opened(VAULT, world.row(hook).sealed)
    assert tuple(found.signing) == (second, first)
    assert found.url == URL
    assert world.channel(hook.id).rotating_until_ms == world.now_ms + 86_400_000
    mail = world.add(MAIL)
    with pytest.raises(Invalid), world.database.write() as session:
        actions.rotate_secret(session, SYSTEM, mail.id, vault=VAULT, now=world.now)


def test_a_removed_channel_keeps_its_log_and_no_secret(world: World) -> None:
    mail = world.add(MAIL)
    row = world.row(mail)
    world.tell()
    world.notice()
    with world.database.write() as session:
        assert actions.remove_channel(session, SYSTEM, mail.id, now=world.now) == "mail"
        kept = session.get(type(row), row.key)
        assert kept is not None
        assert kept.sealed is None
        assert "example.org" not in str(kept.settings)
    (delivery,) = world.deliveries()
    assert (delivery.state, delivery.is_channel_removed) == (DeliveryState.DROPPED, True)
    with pytest.raises(NotFound):
        world.channel(mail.id)
    world.add(MAIL)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_only_admins_manage_channels(world: World, role: Role) -> None:
    actor = Actor("p" * 26, "vera", roles={world.acme.key: role})
    hook = world.add()
    with pytest.raises(NotAllowed):
        world.add(name="other", actor=actor)
    with pytest.raises(NotAllowed):
        world.edit(hook, actor=actor, **WEBHOOK)
    with pytest.raises(NotAllowed), world.database.write() as session:
        actions.remove_channel(session, actor, hook.id, now=world.now)


def test_a_foreign_channel_is_not_found(world: World) -> None:
    hook = world.add()
    actor = Actor("p" * 26, "greg", roles={world.globex.key: Role.ADMIN})
    with pytest.raises(NotFound):
        world.edit(hook, actor=actor, **WEBHOOK)
    with pytest.raises(NotFound):
        world.add(name="other", actor=actor)
    with pytest.raises(NotFound), world.database.write() as session:
        actions.rotate_secret(session, actor, hook.id, vault=VAULT, now=world.now)
