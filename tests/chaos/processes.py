"""The processes of an installation, killed at random and started again."""

import random
import subprocess
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.app.process import free_port, running

SETTINGS = {
    "LAMIS_DISK_MIN_MB": "0",
    "LAMIS_DISK_MIN_PERCENT": "0",
    "LAMIS_REQUESTS_PER_MINUTE": "6000",
    "LAMIS_LOG_LEVEL": "error",
}
ONE_PROCESS: Sequence[tuple[str, ...]] = (("up", "--port", "PORT"),)
SEVERAL: Sequence[tuple[str, ...]] = (
    ("web", "--port", "PORT"),
    ("worker",),
    ("worker",),
    ("scheduler",),
)
_SHOWN = 2_000


@dataclass
class Processes:
    """Runs `commands` (PORT stands for a free one) on a data folder until the end of the block."""

    commands: Sequence[tuple[str, ...]]
    data_dir: Path
    settings: dict[str, str]
    dice: random.Random
    kills: int = 0
    _running: list[tuple[subprocess.Popen[str], ExitStack]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._running = [self._start(command) for command in self.commands]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _, stack in self._running:
            stack.close()

    def kill_one(self) -> str:
        """SIGKILL for one of them, whatever it does just then, and another in its place; returns its name."""
        place = self.dice.randrange(len(self._running))
        process, stack = self._running[place]
        self.assert_running()
        process.kill()
        stack.close()
        self.kills += 1
        time.sleep(self.dice.random())
        self._running[place] = self._start(self.commands[place])
        return self.commands[place][0]

    def assert_running(self) -> None:
        """None may end by itself."""
        for (process, _), command in zip(self._running, self.commands, strict=True):
            if process.poll() is not None:
                said = process.stderr.read() if process.stderr is not None else ""
                raise AssertionError(f"lamis {command[0]} ended with {process.returncode}: {said[-_SHOWN:]}")

    def _start(self, command: tuple[str, ...]) -> tuple[subprocess.Popen[str], ExitStack]:
        stack = ExitStack()
        arguments = [str(free_port()) if part == "PORT" else part for part in command]
        process = stack.enter_context(
            running(*arguments, data_dir=self.data_dir, **SETTINGS, **self.settings)
        )
        return process, stack
