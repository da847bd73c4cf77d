"""Working on many things at the same time, holding the claim of the work."""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from lamis.workers.work import Work

HOLD_S = 5.0
Thing = TypeVar("Thing")


def each_side_by_side(
    work: Work, things: Iterable[Thing], do: Callable[[Thing], None], *, most: int, done: int = 0
) -> None:
    """Do all, at most `most` at a time; the first that raises ends it. `done` were done before.

    What still hangs at such an end finds its work taken by others, or ended.
    """
    pool = ThreadPoolExecutor(most, thread_name_prefix="lamis-beside")
    try:
        jobs: set[Future[None]] = {pool.submit(do, thing) for thing in things}
        total = done + len(jobs)
        while jobs:
            ended, jobs = wait(jobs, timeout=HOLD_S, return_when=FIRST_COMPLETED)
            for one in ended:
                one.result()
            work.go_on(total - len(jobs), total)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
