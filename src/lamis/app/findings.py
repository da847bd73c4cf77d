"""What the doctor tells of one check."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How one check went. A warning does not fail the command."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, what was found, what to do."""

    check: str
    verdict: Verdict
    message: str
    cure: str = ""
    code: str | None = None
