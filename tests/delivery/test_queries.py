"""Reading channels."""

import pytest

from lamis.base.errors import NotFound
from lamis.base.scope import EVERYTHING, Scope
from lamis.delivery import queries
from tests.delivery.world import MAIL, NEVER, World


def test_channels_come_by_name_and_only_those_in_scope(world: World) -> None:
    world.add(name="beta")
    world.add(MAIL, name="Alpha")
    foreign = Scope(frozenset({world.globex.key}))
    with world.database.read() as session:
        assert [each.name for each in queries.channels(session, EVERYTHING)] == ["Alpha", "beta"]
        assert queries.channels(session, foreign) == []


def test_an_unknown_and_a_foreign_channel_are_the_same(world: World) -> None:
    channel = world.add()
    foreign = Scope(frozenset({world.globex.key}))
    with world.database.read() as session:
        for channel_id in (channel.id, "none"):
            with pytest.raises(NotFound, match="no such channel"):
                queries.channel_by_id(session, foreign, channel_id)
            with pytest.raises(NotFound, match="no such channel"):
                queries.channel_row(session, foreign, channel_id)


def test_the_command_line_finds_a_channel_by_name_or_id(world: World) -> None:
    channel = world.add(name="Night Watch")
    with world.database.read() as session:
        assert queries.channel_named(session, EVERYTHING, "night watch").id == channel.id
        assert queries.channel_named(session, EVERYTHING, channel.id).id == channel.id
        with pytest.raises(NotFound, match="no channel called"):
            queries.channel_named(session, EVERYTHING, "day watch")
    world.acme, world.globex = world.globex, world.acme
    world.add(name="Night Watch")
    with world.database.read() as session, pytest.raises(NotFound, match="Several"):
        queries.channel_named(session, EVERYTHING, "night watch")


def test_a_name_is_found_however_it_is_typed(world: World) -> None:
    channel = world.add(name="Nachtw\u00e4chter")
    with world.database.read() as session:
        assert queries.channel_named(session, EVERYTHING, "nachtwa\u0308chter ").id == channel.id


def test_failing_channels_are_counted_and_wait_for_their_finding(world: World) -> None:
    world.add(name="well")
    channel = world.add(name="ill")
    world.tell()
    world.notice()
    claimed = world.claim(), world.claim()
    for each in claimed:
        assert each is not None
        if each.channel_key == channel.key:
            world.record(each, NEVER)
    with world.database.read() as session:
        assert queries.failing_count(session, EVERYTHING) == 1
        assert [each.name for each in queries.failing_channels(session, EVERYTHING)] == ["ill"]
        assert [each.id for each in queries.unreported(session, EVERYTHING)] == [channel.id]
        assert queries.failing_count(session, Scope(frozenset())) == 0
