"""What the API and the command line show."""

import json

from lamis.delivery.drafts import parse_channel
from lamis.delivery.shown import attempt_values, channel_values, delivery_values, draft_values
from lamis.delivery.types import Outcome
from tests.delivery.world import MAIL, World


def test_no_secret_is_ever_shown(world: World) -> None:
    for channel in (world.add(), world.add(MAIL)):
        shown = json.dumps(channel_values(channel, may_manage=True))
        assert "hidden" not in shown
        assert "whsec_" not in shown
        assert "token" not in shown


def test_mail_addresses_are_for_those_who_manage_the_channel(world: World) -> None:
    mail = world.add(MAIL)
    assert channel_values(mail, may_manage=True)["recipients"] == ["soc@example.org"]
    assert "example.org" not in json.dumps(channel_values(mail, may_manage=False))


def test_a_shown_channel_can_be_sent_back(world: World) -> None:
    for values in (None, MAIL):
        channel = world.add(values)
        draft = parse_channel(draft_values(channel))
        assert (draft.name, draft.kind, draft.events) == (channel.name, channel.kind, channel.events)


def test_what_a_receiver_answered_is_for_those_who_manage_the_channel(world: World) -> None:
    world.add()
    world.tell()
    world.notice()
    world.attempt(Outcome(is_delivered=False, status=500, answer="inside", error="It answered 500."))
    (delivery,) = world.deliveries()
    (attempt,) = world.attempts(delivery)
    assert attempt_values(attempt, may_manage=True)["answer"] == "inside"
    assert "inside" not in json.dumps(attempt_values(attempt, may_manage=False))
    shown = delivery_values(delivery)
    assert (shown["state"], shown["attempts"], shown["error"]) == ("waiting", 1, "It answered 500.")
