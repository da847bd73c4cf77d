"""Which way a delivery goes, and with which secrets."""

from datetime import datetime, timedelta

from lamis.base.scope import SYSTEM
from lamis.base.secrets import Vault
from lamis.delivery import actions
from lamis.delivery.sending import attempt, send
from lamis.delivery.types import MailTarget, Notice, Outcome, Security, Target, WebhookTarget
from lamis.simulators.receiver import Receiver
from tests.delivery.world import MAIL, NOON, SENT, VAULT, World

DATA = {"channel": "x", "tenant": "y", "sent_by": "z", "url": None}
NOTICE = Notice("d" * 26, "test", {"type": "test", "data": DATA})


def caught(world: World) -> Target:
    """What the next due delivery would be sent to."""
    found: list[Target] = []

    def keep(target: Target, _notice: Notice, _now: datetime) -> Outcome:
        found.append(target)
        return SENT

    claimed = world.claim()
    assert claimed is not None
    attempt(claimed, VAULT, now=world.now, by=keep)
    return found[0]


def told(world: World) -> None:
    world.tell()
    world.notice()


def test_each_kind_goes_its_way(receiver: Receiver) -> None:
    hook = WebhookTarget(receiver.url, ("whsec_b25l",), may_reach_private=True)
    assert send(hook, NOTICE, NOON).is_delivered
    mail = MailTarget("127.0.0.1", 9, Security.NONE, "a@example.org", ["b@example.org"])
    assert "loopback" in send(mail, NOTICE, NOON).error


def test_secrets_are_opened_only_to_send(world: World) -> None:
    world.add(MAIL)
    told(world)
    target = caught(world)
    assert isinstance(target, MailTarget)
    assert target.password == "hidden words"


def test_for_a_day_two_secrets_sign(world: World) -> None:
    channel = world.add()
    with world.database.write() as session:
        fresh = actions.rotate_secret(session, SYSTEM, channel.id, vault=VAULT, now=world.now)
    told(world)
    during = caught(world)
    world.forward(days=1)
    told(world)
    after = caught(world)
    assert isinstance(during, WebhookTarget)
    assert isinstance(after, WebhookTarget)
    assert len(during.secrets) == 2
    assert list(after.secrets) == [fresh] == list(during.secrets[:1])


def test_secrets_of_another_key_are_asked_for_again(world: World) -> None:
    world.add()
    told(world)
    claimed = world.claim()
    assert claimed is not None
    other = Vault(["x" * 43 + "="])
    outcome = attempt(claimed, other, now=world.now + timedelta(0))
    assert not outcome.is_delivered
    assert "enter it again" in outcome.error
