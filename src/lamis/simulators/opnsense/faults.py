"""What can go wrong with a simulated OPNsense."""

from dataclasses import dataclass
from enum import StrEnum

from lamis.simulators.faults import Trouble


class FaultKind(StrEnum):
    """The name of a fault, as the control endpoint takes it.

    does_nothing: add and delete answer "done" and do nothing. slow, hang: a late answer, and none.
    short_list: lists with fewer rows than they count.
    redirect: 302 to the login page. html: a web page with 200. half_answer: cut in the middle.
    error, unauthorized, forbidden, not_found: 500, 401, 403, 404 as the box words them.
    """

    DOES_NOTHING = "does_nothing"
    SHORT_LIST = "short_list"
    SLOW = "slow"
    HANG = "hang"
    REDIRECT = "redirect"
    HTML = "html"
    HALF_ANSWER = "half_answer"
    ERROR = "error"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"


_LISTS = ("firewall/alias_util/list", "firewall/alias/search_item", "firewall/filter/search_rule")
_WRITES = ("firewall/alias_util/add", "firewall/alias_util/delete")


@dataclass(frozen=True, slots=True)
class Fault(Trouble):
    """One fault. `on` is how a path begins after `/api/`, such as `firewall/alias_util/add`, or `any`."""

    kind: FaultKind

    def touches(self, operation: str) -> bool:
        if self.kind is FaultKind.DOES_NOTHING and not operation.startswith(_WRITES):
            return False
        if self.kind is FaultKind.SHORT_LIST and not operation.startswith(_LISTS):
            return False
        return self.on == "any" or operation.startswith(self.on)
