"""The words of channels and deliveries."""

from dataclasses import replace

import pytest

from lamis.alerts.types import Severity
from lamis.delivery.types import (
    AttemptInfo,
    AttemptResult,
    ChannelInfo,
    ChannelKind,
    DeliveryInfo,
    DeliveryState,
    Health,
    Notable,
)
from lamis.views.deliveries import AttemptLine, ChannelLine, DeliveryLine, body_text

CHANNEL = ChannelInfo(
    key=1,
    id="c",
    tenant_key=1,
    tenant_name="Acme",
    tenant_id="t",
    kind=ChannelKind.WEBHOOK,
    name="hook",
    place="https://hooks.example",
    is_active=True,
    off_reason="",
    min_severity=Severity.HIGH,
    events=(Notable.OPENED,),
    per_hour=20,
    held=0,
    settings={},
    rotating_until_ms=None,
    created_ms=0,
    health=Health(),
)
DELIVERY = DeliveryInfo(
    key=1,
    id="d",
    tenant_key=1,
    tenant_name="Acme",
    channel_id="c",
    channel_name="hook",
    channel_kind=ChannelKind.WEBHOOK,
    is_channel_removed=False,
    kind="incident.opened",
    incident_id="i",
    severity=Severity.HIGH,
    title="Incident opened",
    state=DeliveryState.WAITING,
    tries=0,
    created_ms=0,
    due_ms=5000,
    finished_ms=None,
    error="",
    is_doubtful=False,
    body={"type": "test"},
)


@pytest.mark.parametrize(
    ("changes", "mark", "word"),
    [
        ({}, "ok", "on"),
        ({"health": Health(failures=1)}, "late", "trying again"),
        ({"health": Health(failures=3, is_failing=True)}, "bad", "failing"),
        ({"is_active": False, "health": Health(is_failing=True)}, "off", "off"),
    ],
)
def test_a_channel_has_a_mark_with_its_word(changes: dict[str, object], mark: str, word: str) -> None:
    line = ChannelLine(replace(CHANNEL, **changes), may_manage=False)  # type: ignore[arg-type]
    assert (line.mark, line.word) == (mark, word)


def test_what_a_channel_is_told_of_is_said_in_words() -> None:
    assert ChannelLine(CHANNEL, may_manage=True).told_of == "high and above · opened"
    worst = replace(CHANNEL, min_severity=Severity.CRITICAL)
    assert ChannelLine(worst, may_manage=True).told_of == "critical · opened"


@pytest.mark.parametrize(
    ("state", "tries", "mark", "word"),
    [
        (DeliveryState.WAITING, 0, "off", "waiting"),
        (DeliveryState.WAITING, 2, "late", "waiting"),
        (DeliveryState.DELIVERED, 1, "ok", "delivered"),
        (DeliveryState.FAILED, 7, "bad", "failed"),
        (DeliveryState.FOLDED, 0, "off", "in a summary"),
        (DeliveryState.MUTED, 0, "off", "muted"),
    ],
)
def test_a_delivery_has_a_mark_with_its_word(state: DeliveryState, tries: int, mark: str, word: str) -> None:
    line = DeliveryLine(replace(DELIVERY, state=state, tries=tries))
    assert (line.mark, line.word) == (mark, word)
    assert (line.next_at is not None) is (mark == "late")


def test_why_nothing_was_sent_is_said() -> None:
    assert "muted" in DeliveryLine(replace(DELIVERY, state=DeliveryState.MUTED)).sentence
    assert "limit" in DeliveryLine(replace(DELIVERY, state=DeliveryState.FOLDED)).sentence


def test_an_answer_is_shown_to_those_who_manage_the_channel() -> None:
    attempt = AttemptInfo(1, 0, 5, AttemptResult.FAILED, 500, "inside", "")
    assert AttemptLine(attempt, may_manage=True).answer == "inside"
    assert AttemptLine(attempt, may_manage=False).answer == ""
    assert AttemptLine(attempt, may_manage=False).mark == "bad"


def test_a_body_is_laid_out_for_people() -> None:
    assert body_text(DELIVERY) == '{\n  "type": "test"\n}'
