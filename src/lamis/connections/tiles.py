"""Windows as plain values: what is decided about them needs no database."""

from dataclasses import dataclass

from lamis.base.clock import HOUR_MS
from lamis.connections.types import HIGHEST, LOWEST, Span, WindowState

ALONE_AFTER = 3  # so many failed readings of a window together with others


@dataclass(frozen=True, slots=True)
class Tile:
    """One window as plain values; `key` None is not stored yet. See `models.Window`."""

    from_ms: int
    to_ms: int
    state: WindowState = WindowState.DUE
    there: int | None = None
    read_there: int | None = None
    here: int = 0
    refused: int = 0
    unreadable: int = 0
    checks: int = 0
    checked_ms: int | None = None
    read_ms: int | None = None
    next_check_ms: int = 0
    undated: bool = False
    key: int | None = None
    mark: int | None = None
    read_mark: int | None = None

    @property
    def kept(self) -> int:
        """The documents of this window that were seen stored or refused here."""
        return self.here + self.refused

    @property
    def differs(self) -> bool:
        """Whether the source holds other documents now than when it was last read, as far as it tells."""
        if self.there != self.read_there:
            return True
        return None not in (self.mark, self.read_mark) and self.mark != self.read_mark

    @property
    def is_open(self) -> bool:
        """Whether it has no beginning, no end, or no time at all."""
        return self.undated or self.from_ms == LOWEST or self.to_ms == HIGHEST

    @property
    def is_future(self) -> bool:
        return not self.undated and self.to_ms == HIGHEST

    @property
    def is_wide(self) -> bool:
        """Whether it spans more than an hour, so that its documents are told apart by hours once read."""
        return not self.undated and not self.is_future and self.to_ms - self.from_ms > HOUR_MS

    @property
    def failures(self) -> int:
        """How often its own reading failed since its numbers last agreed."""
        return max(0, self.checks - 1)

    @property
    def is_settled(self) -> bool:
        """Whether it is complete and every number in it agrees."""
        return self.state is WindowState.COMPLETE and self.there == self.read_there == self.kept

    @property
    def span(self) -> Span:
        if self.undated:
            return Span(None, None, undated=True)
        return Span(
            None if self.from_ms == LOWEST else self.from_ms, None if self.to_ms == HIGHEST else self.to_ms
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """What a complete read saw of one window, or of one hour of it."""

    new: int = 0
    known: int = 0
    refused: int = 0
    unreadable: int = 0

    @property
    def seen(self) -> int:
        return self.new + self.known + self.refused

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.new + other.new,
            self.known + other.known,
            self.refused + other.refused,
            self.unreadable + other.unreadable,
        )


@dataclass(frozen=True, slots=True)
class Change:
    """Windows to forget (their keys) and to store instead."""

    gone: tuple[int, ...] = ()
    new: tuple[Tile, ...] = ()
