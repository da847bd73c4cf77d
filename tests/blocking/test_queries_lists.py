"""Reading lists: only those of one's own tenants."""

from lamis.base.scope import EVERYTHING, SYSTEM, Scope
from lamis.blocking import allow_list, lists, queries_lists
from lamis.blocking.networks import parse_network
from tests.blocking.world import World


def test_lists_pulls_and_allowed_networks_of_another_tenant_are_not_there(world: World) -> None:
    with world.database.write() as session:
        lists.switch_on(session, SYSTEM, world.acme, now=world.clock())
        lists.note_pull(session, world.acme, 4, address="192.0.2.1", agent="x", number=1, now=world.clock())
        allow_list.allow(
            session, SYSTEM, parse_network("203.0.113.80"), tenant_key=world.acme, note="", now=world.clock()
        )
    foreign = Scope(frozenset({world.globex}))
    with world.database.read() as session:
        assert queries_lists.allowed(session, foreign) == []
        assert queries_lists.allowed_networks(session, foreign, world.acme) == []
        assert queries_lists.standing_networks(session, foreign, world.acme) == []
        assert queries_lists.list_row(session, foreign, world.acme) is None
        assert queries_lists.text_row(session, foreign, world.acme, 4) is None
        assert queries_lists.pulls(session, foreign, world.acme) == []
        assert queries_lists.newest_pulls(session, foreign) == {}
        assert [each.tenant for each in queries_lists.lists(session, foreign)] == ["globex"]
        assert [each.is_on for each in queries_lists.lists(session, EVERYTHING)] == [True, False]
