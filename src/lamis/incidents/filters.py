"""Filters of incidents as people write them: in a URL, in a form, on the command line."""

from lamis.alerts.filters import severity_named
from lamis.base.errors import Invalid
from lamis.base.params import Params, listed, one
from lamis.incidents.types import WAITING, IncidentFilter, IncidentRow, State

NAMES = ("state", "severity", "tenant", "q", "number", "assignee")
ALL_STATES, ME, NOBODY = "all", "me", "nobody"
_HIGHEST_NUMBER = (1 << 62) - 1


def parse_filter(params: Params, *, person_id: str) -> IncidentFilter:
    """Read a filter; unknown names are left alone, empty values are no filter.

    `state`, `severity` and `tenant` may be repeated or separated by commas; without `state` those that
    wait for people match, `all` names every state. `q` is words of the title, or a number such as `#12`.
    `assignee` is `me`, `nobody` or a person's id. Raises Invalid, with the field's name and the cure.
    """
    states = frozenset(state for word in listed(params, "state") for state in _states(word))
    text = one(params, "q")
    number = _number(one(params, "number"), field="number")
    if number is None and text is not None and text.removeprefix("#").isdecimal():
        number, text = _number(text, field="q"), None
    if not states:
        states = frozenset(State) if number is not None else WAITING
    return IncidentFilter(
        states=states,
        severities=frozenset(severity_named(word) for word in listed(params, "severity")),
        tenant_ids=frozenset(listed(params, "tenant")),
        text=text,
        number=number,
        assignee_id=_assignee(one(params, "assignee"), person_id),
    )


def matches(row: IncidentRow, wanted: IncidentFilter) -> bool:
    """Whether a row that matches the rest of the filter is in its states, and its assignee's."""
    is_theirs = wanted.assignee_id is None or (row.assignee_id or "") == wanted.assignee_id
    return is_theirs and (not wanted.states or row.state in wanted.states)


def own(params: Params, *, person_id: str) -> dict[str, tuple[str, ...]]:
    """The parameters with `me` replaced by the person who says it."""
    return {
        name: tuple(
            person_id if name == "assignee" and value.strip().lower() == ME else value for value in values
        )
        for name, values in params.items()
    }


def _states(word: str) -> frozenset[State]:
    if word.lower() == ALL_STATES:
        return frozenset(State)
    try:
        return frozenset({State(word.lower())})
    except ValueError:
        words = ", ".join(state.value for state in State)
        raise Invalid(f"{word!r} is not a state; use {words} or all.", field="state") from None


def _number(text: str | None, *, field: str) -> int | None:
    if text is None:
        return None
    digits = text.removeprefix("#")
    if not (digits.isascii() and digits.isdecimal()):
        raise Invalid(f"{text!r} is not a number of an incident; write one like 12.", field=field)
    return min(int(digits), _HIGHEST_NUMBER)


def _assignee(word: str | None, person_id: str) -> str | None:
    if word is None:
        return None
    return {ME: person_id, NOBODY: ""}.get(word.lower(), word)
