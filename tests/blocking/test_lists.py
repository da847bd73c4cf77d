"""The block list: numbers, texts, tokens, pulls."""

import gzip
from datetime import timedelta

import pytest

from lamis.base.errors import NotAllowed
from lamis.base.scope import EVERYTHING, SYSTEM, Role
from lamis.blocking import lists, queries_lists
from lamis.blocking.lists import Served
from tests.blocking.world import World


def text(world: World, family: int = 4) -> Served:
    with world.database.read() as session:
        made = lists.text_now(session, EVERYTHING, world.acme, family)
    with world.database.write() as session:
        lists.keep_text(session, world.acme, family, made)
    return made


def switch_on(world: World) -> str:
    with world.database.write() as session:
        return lists.switch_on(session, SYSTEM, world.acme, now=world.clock())


def test_the_list_is_sorted_and_keeps_the_two_kinds_apart(world: World) -> None:
    switch_on(world)
    for address in ("203.0.113.9", "9.9.0.0/16", "2001:db8::5", "203.0.113.0/28"):
        world.ask(address)
    assert text(world).body == b"9.9.0.0/16\n203.0.113.0/28\n203.0.113.9\n"
    assert text(world, 6).body == b"2001:db8::5\n"
    assert gzip.decompress(text(world).packed) == text(world).body


def test_a_lifted_block_leaves_the_list_at_once_while_a_firewall_still_holds_it(world: World) -> None:
    world.firewall()
    switch_on(world)
    block_id = world.ask()
    world.work()
    world.lift(block_id)
    assert text(world).body == b""


def test_an_unchanged_kind_keeps_its_etag_and_time(world: World) -> None:
    switch_on(world)
    world.ask("203.0.113.9")
    before = text(world)
    world.clock.forward(minutes=1)
    world.ask("2001:db8::5")
    after = text(world)
    assert (after.etag, after.changed_ms) == (before.etag, before.changed_ms)
    assert after.number > before.number
    world.ask("203.0.113.10")
    assert text(world).etag != before.etag


def test_two_texts_of_one_second_have_times_of_different_seconds(world: World) -> None:
    switch_on(world)
    seconds = []
    for last in range(3):
        world.ask(f"203.0.113.{last}")
        seconds.append(text(world).changed_ms // 1000)
    assert seconds == sorted(set(seconds))


def test_texts_made_beside_each_other_are_kept_with_times_of_different_seconds(world: World) -> None:
    switch_on(world)
    made = []
    for last in range(2):
        world.ask(f"203.0.113.{last}")
        with world.database.read() as session:
            made.append(lists.text_now(session, EVERYTHING, world.acme, 4))
    for each in made:
        with world.database.write() as session:
            lists.keep_text(session, world.acme, 4, each)
    with world.database.read() as session:
        kept = lists.text_now(session, EVERYTHING, world.acme, 4)
    assert kept.etag == made[1].etag
    assert kept.changed_ms // 1000 > made[0].changed_ms // 1000


def test_an_older_text_never_replaces_a_newer_one(world: World) -> None:
    switch_on(world)
    world.ask("203.0.113.9")
    old = text(world)
    world.ask("203.0.113.10")
    new = text(world)
    with world.database.write() as session:
        lists.keep_text(session, world.acme, 4, old)
    with world.database.read() as session:
        assert queries_lists.text_head(session, EVERYTHING, world.acme, 4) == (
            new.number,
            new.etag,
            new.changed_ms,
        )


def test_an_empty_list_may_hold_a_line_that_blocks_nobody(world: World) -> None:
    switch_on(world)
    assert text(world).body == b""
    with world.database.write() as session:
        lists.set_inert_line(session, SYSTEM, world.acme, is_on=True, now=world.clock())
    assert text(world).body == b"192.0.2.255\n"
    world.ask("203.0.113.9")
    assert text(world).body == b"203.0.113.9\n"


def test_a_new_token_ends_the_old_one(world: World) -> None:
    first, second = switch_on(world), switch_on(world)
    with world.database.read() as session:
        assert queries_lists.list_of_token(session, lists.token_digest(first)) is None
        found = queries_lists.list_of_token(session, lists.token_digest(second))
    assert found is not None
    assert found[0] == world.acme
    with world.database.write() as session:
        lists.switch_off(session, SYSTEM, world.acme, now=world.clock())
    with world.database.read() as session:
        assert queries_lists.list_of_token(session, lists.token_digest(second)) is None
    kinds = [kind for kind in world.journal() if kind.startswith("block_list")]
    assert kinds == ["block_list.on", "block_list.token_changed", "block_list.off"]


def test_only_an_admin_switches_a_list(world: World) -> None:
    with world.database.write() as session, pytest.raises(NotAllowed):
        lists.switch_on(session, world.person(Role.ANALYST), world.acme, now=world.clock())


def test_a_pull_is_noted_when_it_tells_something_new(world: World) -> None:
    switch_on(world)
    who = {"address": "192.0.2.1", "agent": "PAN-OS"}

    def is_news(number: int) -> bool:
        with world.database.read() as session:
            now = world.clock()
            return lists.is_pull_news(session, EVERYTHING, world.acme, 4, **who, number=number, now=now)

    assert is_news(2)
    with world.database.write() as session:
        lists.note_pull(session, world.acme, 4, **who, number=2, now=world.clock())
    assert not is_news(2)
    assert is_news(3)
    world.clock.forward(seconds=timedelta(minutes=1).total_seconds())
    assert is_news(2)
    with world.database.write() as session:
        lists.note_pull(session, world.acme, 4, **who, number=3, now=world.clock())
    with world.database.read() as session:
        (pull,) = queries_lists.pulls(session, EVERYTHING, world.acme)
    assert (pull.number, pull.pulls) == (3, 2)
