"""Very many sockets in one process."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import event

from lamis.access.credentials import Credential
from lamis.base.scope import Actor, Scope
from lamis.live.hub import Hub
from lamis.live.messages import Subscribe
from lamis.live.outlet import Outlet
from lamis.live.types import View
from tests.engines.waiting import PATIENCE_S
from tests.live.house import House
from tests.live.test_outlet import Line, for_ever, opened

SOCKETS = 1000


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await asyncio.sleep(0.005)


def run(story: Callable[[], Awaitable[Any]]) -> Any:
    async def told() -> Any:
        return await story()

    return asyncio.run(told())


@pytest.mark.slow
def test_a_thousand_sockets_of_one_view_cost_its_one_query(house: House) -> None:
    rows: list[str] = []

    async def story() -> None:
        hub, lines, serving = Hub(house.runtime), [Line() for _ in range(SOCKETS)], []
        credential = Credential("token", house.token("olga"))
        actor = Actor(house.ids["olga"], "olga", is_operator=True)
        outlets: list[Outlet] = []
        for at, line in enumerate(lines):
            outlet = await opened(line)
            outlet.credential, outlet.actor = credential, actor
            hub.join(outlet)
            serving.append(asyncio.create_task(outlet.serve(asyncio.create_task(for_ever()))))
            outlets.append(outlet)
            scope = Scope(None) if at % 2 else Scope(frozenset({1}))
            await hub.subscribe(outlet, Subscribe("alerts"), View("alerts", scope))
        await until(lambda: all(len(line.sent) == 3 for line in lines))
        rows.clear()
        await asyncio.to_thread(house.store)
        await until(lambda: all(len(line.sent) == 4 for line in lines))
        texts = {line.sent[3]["text"] for line in lines}
        assert len(texts) == 2  # one rendering for each of the two views
        assert len({id(line.sent[3]["text"]) for line in lines}) == 2
        for outlet in outlets:
            hub.leave(outlet)
        for task in serving:
            task.cancel()
        await asyncio.wait(serving)

    # The statements of the reading engine: the rows of new alerts are asked for twice, once per view.
    @event.listens_for(house.database.reader, "before_cursor_execute")
    def _(_c: object, _k: object, statement: str, _p: object, _x: object, _m: object) -> None:
        if "journal_counter" in statement:
            rows.append(statement)

    run(story)
    assert len(rows) == 2


def test_the_more_sockets_there_are_the_rarer_a_page_fetches_its_charts(house: House) -> None:
    async def story() -> tuple[int, int]:
        hub = Hub(house.runtime)
        outlets = [await opened(Line()) for _ in range(200)]
        hub.join(outlets[0])
        few = hub.pace_s
        for outlet in outlets[1:]:
            hub.join(outlet)
        many = hub.pace_s
        for outlet in outlets:
            hub.leave(outlet)
        return few, many

    assert run(story) == (5, 20)


def test_a_hub_without_sockets_listens_to_nothing(house: House) -> None:
    async def story() -> None:
        hub = Hub(house.runtime)
        outlet = await opened(Line())
        hub.join(outlet)
        hub.leave(outlet)
        await asyncio.to_thread(house.store)
        again = await opened(Line())
        hub.join(again)
        hub.leave(again)

    run(story)


@pytest.mark.slow
def test_a_failed_read_is_made_again(house: House) -> None:
    async def story() -> None:
        hub, line = Hub(house.runtime), Line()
        outlet = await opened(line)
        outlet.credential = Credential("token", house.token("olga"))
        outlet.actor = Actor(house.ids["olga"], "olga", is_operator=True)
        hub.join(outlet)
        serving = asyncio.create_task(outlet.serve(asyncio.create_task(for_ever())))
        view = View("alerts", Scope(None))
        await hub.subscribe(outlet, Subscribe("alerts"), view)
        failures = [1]

        def fail(*_: object) -> None:
            if failures.pop() if failures else 0:
                raise OSError("the disk is away")

        event.listen(house.database.reader, "before_cursor_execute", fail)
        await asyncio.to_thread(house.store)
        await until(lambda: len(line.sent) == 4)
        event.remove(house.database.reader, "before_cursor_execute", fail)
        hub.leave(outlet)
        serving.cancel()
        await asyncio.wait([serving])
        assert not failures

    run(story)
