"""`migrate` from the command line; `up` is proved in tests/app/test_serve.py."""

import pytest

from tests.cli.conftest import Run


def test_migrating_twice_is_migrating_once(run: Run) -> None:
    first, second = run("migrate"), run("migrate")
    assert first.code == second.code == 0
    assert first.out == second.out


@pytest.mark.parametrize("command", ["web", "worker", "scheduler"])
def test_processes_apart_are_refused_with_a_sentence(run: Run, command: str) -> None:
    found = run(command)
    assert found.code == 2
    assert "lamis up" in found.err
    assert "PostgreSQL" in found.err
    assert command in run("--help").out.split()


@pytest.mark.parametrize("command", ["worker", "scheduler"])
@pytest.mark.parametrize("port", ["70000", "-1", "0"])
def test_a_health_port_that_is_none_is_wrong_usage(run: Run, command: str, port: str) -> None:
    found = run(command, "--health-port", port)
    assert found.code == 2
    assert "--health-port" in found.err
