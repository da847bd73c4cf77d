"""Lines of a measurement: a name, a figure, what it is held against, and whether it holds."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """`value` and `bound` carry their unit in `unit`; `at_most` says which way the bound goes.

    `value` None was not measured; `note` says why.
    """

    name: str
    value: float | None
    unit: str = ""
    bound: float | None = None
    at_most: bool = True
    note: str = ""

    @classmethod
    def skipped(cls, name: str, reason: str) -> "Line":
        return cls(name, None, note=f"skipped: {reason}")

    @property
    def holds(self) -> bool:
        if self.bound is None or self.value is None:
            return True
        return self.value <= self.bound if self.at_most else self.value >= self.bound

    @property
    def figure(self) -> str:
        if self.value is None:
            return "–"
        digits = 2 if abs(self.value) < 10 else 1 if abs(self.value) < 100 else 0
        return f"{self.value:,.{digits}f} {self.unit}".strip()

    @property
    def asked(self) -> str:
        return "" if self.bound is None else f"{'≤' if self.at_most else '≥'} {self.bound:,g}"

    @property
    def verdict(self) -> str:
        if self.bound is None or self.value is None:
            return ""
        return "met" if self.holds else "NOT MET"

    def __str__(self) -> str:
        return f"  {self.verdict:8}{self.name:62} {self.figure:>16} {self.asked:>10}  {self.note}"


@dataclass(frozen=True, slots=True)
class Section:
    """What one part of the bench found."""

    title: str
    lines: Sequence[Line]

    def __str__(self) -> str:
        return "\n".join([self.title, *map(str, self.lines)])

    def markdown(self) -> str:
        """The lines as a table under the title."""
        rows = [f"### {self.title}", "", "| what | measured | asked | | |", "|---|---:|---:|---|---|"]
        for line in self.lines:
            verdict = f"**{line.verdict}**" if not line.holds else line.verdict
            rows.append(f"| {line.name} | {line.figure} | {line.asked} | {verdict} | {line.note} |")
        return "\n".join(rows)
