"""`migrate` from the command line; `up` is proved in tests/app/test_serve.py."""

from tests.cli.conftest import Run


def test_migrating_twice_is_migrating_once(run: Run) -> None:
    first, second = run("migrate"), run("migrate")
    assert first.code == second.code == 0
    assert first.out == second.out
