"""How a process that runs for months keeps to the memory it needs."""

import ctypes
import gc
from contextlib import suppress

# Of malloc.h of the GNU C library.
_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
_LARGE_BYTES = 256 * 1024
_ARENAS = 2
_OBJECTS_BETWEEN_LOOKS = 50_000


def give_back_what_is_large() -> None:
    """Have the GNU C library return large blocks once they are free; other C libraries are left alone.

    By itself it stops doing so after the first of them, and keeps in an arena for each thread whatever pages
    of alerts took there at most: collecting a backlog of three sources then took twice the memory.
    """
    with suppress(AttributeError, OSError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
        mallopt(_M_ARENA_MAX, _ARENAS)


def look_for_garbage_seldom() -> None:
    """Keep Python's own search for garbage off what is there now, and from being made too often."""
    # Modules and tables stay to the end: without this each full collection would walk all of them.
    gc.freeze()
    # A page makes thousands of objects and keeps none: looking after each 700 took a quarter of its time.
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS, 20, 100)
