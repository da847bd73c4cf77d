"""Asking for the next page while the present one is stored: a source's waiting costs no time of ours."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

_Item = TypeVar("_Item")


@contextmanager
def one_ahead(items: Iterator[_Item]) -> Iterator[Iterator[_Item]]:
    """The same items in the same order, each fetched while the one before it is worked on.

    One thread does all fetching, and at most one item waits. An error of `items` is raised where its item
    would have come. At the end, whatever the reason, a fetch under way is waited for: after it, nobody asks
    the source but the caller.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead") as fetcher:
        yield _each(items, fetcher)


def _each(items: Iterator[_Item], fetcher: ThreadPoolExecutor) -> Iterator[_Item]:
    fetched = fetcher.submit(_next, items)
    while found := fetched.result():
        fetched = fetcher.submit(_next, items)
        yield found.pop()  # who works on it may let go of it; here it would be held meanwhile


def _next(items: Iterator[_Item]) -> list[_Item]:
    """The next item alone; nothing at the end."""
    return list(islice(items, 1))
