"""Starting on the way in, stopping on every way out."""

import pytest

from lamis.simulators.startable import Startable


class Machine(Startable):
    def __init__(self) -> None:
        self.done: list[str] = []

    def start(self) -> None:
        self.done.append("start")

    def stop(self) -> None:
        self.done.append("stop")


def test_a_block_starts_and_stops_it() -> None:
    with Machine() as machine:
        assert machine.done == ["start"]
    assert machine.done == ["start", "stop"]


def test_it_is_stopped_where_the_block_fails_and_the_failure_goes_on() -> None:
    machine = Machine()
    with pytest.raises(KeyError), machine:
        raise KeyError
    assert machine.done == ["start", "stop"]
