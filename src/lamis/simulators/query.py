"""The query language: what a query selects, and how to count it without looking at every document.

A query becomes a `Selection`: bounds on `@timestamp`, which are answered by bisection, and tests for
the rest. Only the parts a collector sends are known; anything else is refused as the engine does.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from lamis.simulators.dates import parse_ms
from lamis.simulators.documents import Document, Index
from lamis.simulators.refusals import bad_request

Test = Callable[[Document], bool]
_TIME = "@timestamp"
_BOOL_PARTS = {"filter", "must", "must_not", "should", "minimum_should_match"}


@dataclass(frozen=True, slots=True)
class Selection:
    """Documents with lower <= time < upper that pass every test; `undated` ones have no time at all."""

    lower: int | None = None
    upper: int | None = None
    dated: bool = True
    undated: bool = True
    tests: tuple[Test, ...] = ()

    def both(self, other: "Selection") -> "Selection":
        """What this and the other select."""
        lowers = [bound for bound in (self.lower, other.lower) if bound is not None]
        uppers = [bound for bound in (self.upper, other.upper) if bound is not None]
        return Selection(
            lower=max(lowers, default=None),
            upper=min(uppers, default=None),
            dated=self.dated and other.dated,
            undated=self.undated and other.undated,
            tests=self.tests + other.tests,
        )

    def holds(self, document: Document) -> bool:
        """Whether it selects this one document."""
        time_ms = document.time_ms
        if time_ms is None:
            fits = self.undated
        else:
            fits = (
                self.dated
                and (self.lower is None or time_ms >= self.lower)
                and (self.upper is None or time_ms < self.upper)
            )
        return fits and all(test(document) for test in self.tests)

    def pick(self, index: Index, *, backwards: bool = False) -> Iterator[Document]:
        """The selected documents of an index by time, those without a time last."""
        if self.dated:
            start, end = index.slice(self.lower, self.upper)
            places = range(end - 1, start - 1, -1) if backwards else range(start, end)
            for place in places:
                document = index.dated[place]
                if all(test(document) for test in self.tests):
                    yield document
        if self.undated:
            yield from (one for one in index.undated if all(test(one) for test in self.tests))

    def count(self, index: Index) -> int:
        """How many documents of the index it selects; by bisection when there are no tests."""
        if self.tests:
            return sum(1 for _ in self.pick(index))
        start, end = index.slice(self.lower, self.upper) if self.dated else (0, 0)
        return end - start + (len(index.undated) if self.undated else 0)


EVERYTHING = Selection()
NOTHING = Selection(dated=False, undated=False)


def compile_query(query: object, *, now_ms: int) -> Selection:
    """The selection of a query. Raises the engine's 400 for what is not known."""
    if query is None:
        return EVERYTHING
    if not isinstance(query, dict) or len(query) != 1:
        raise bad_request("[query] malformed query, expected [END_OBJECT] but found [FIELD_NAME]")
    ((name, body),) = query.items()
    compiler = _COMPILERS.get(name)
    if compiler is None:
        raise bad_request(f"unknown query [{name}]")
    return compiler(body, now_ms)


def values_at(source: object, path: str) -> list[Any]:
    """All leaf values under a dotted path; arrays are flattened, dotted keys are found too."""
    if isinstance(source, list):
        return [value for item in source for value in values_at(item, path)]
    if not isinstance(source, dict):
        return []
    if path in source:
        leaf = source[path]
        return [one for one in (leaf if isinstance(leaf, list) else [leaf]) if one is not None]
    found: list[Any] = []
    for cut in (match.start() for match in re.finditer(r"\.", path)):
        if (inner := source.get(path[:cut])) is not None:
            found += values_at(inner, path[cut + 1 :])
    return found


def field_values(document: Document, field: str) -> list[Any]:
    """The values of a field or metadata field of a document."""
    match field:
        case "_id":
            return [document.doc_id]
        case "_index":
            return [document.index]
        case "_seq_no":
            return [document.seq_no]
        case "@timestamp":
            return [] if document.time_ms is None else [document.time_ms]
    return values_at(document.source(), field)


def _bool(body: Any, now_ms: int) -> Selection:
    if unknown := set(body) - _BOOL_PARTS:
        raise bad_request(f"[bool] query does not support [{unknown.pop()}]")
    chosen = EVERYTHING
    for clause in _clauses(body, "filter") + _clauses(body, "must"):
        chosen = chosen.both(compile_query(clause, now_ms=now_ms))
    for clause in _clauses(body, "must_not"):
        chosen = chosen.both(_negated(clause, now_ms))
    options = [compile_query(clause, now_ms=now_ms) for clause in _clauses(body, "should")]
    if options:
        is_alone = not _clauses(body, "filter") and not _clauses(body, "must")
        least = int(body.get("minimum_should_match", 1 if is_alone else 0))
        if least:
            chosen = chosen.both(_at_least(least, options))
    return chosen


def _clauses(body: dict[str, Any], part: str) -> list[Any]:
    clauses = body.get(part, [])
    return clauses if isinstance(clauses, list) else [clauses]


def _negated(clause: Any, now_ms: int) -> Selection:
    if clause == {"exists": {"field": _TIME}}:
        return Selection(dated=False)
    unwanted = compile_query(clause, now_ms=now_ms)
    return Selection(tests=(lambda document: not unwanted.holds(document),))


def _at_least(least: int, options: list[Selection]) -> Selection:
    if least == 1 and len(options) == 1:
        return options[0]
    return Selection(tests=(lambda document: sum(one.holds(document) for one in options) >= least,))


def _range(body: Any, now_ms: int) -> Selection:
    ((field, limits),) = body.items()
    if unknown := set(limits) - {"gte", "gt", "lte", "lt", "format", "time_zone", "boost"}:
        raise bad_request(f"[range] query does not support [{unknown.pop()}]")
    bounds = {key: limits[key] for key in ("gte", "gt", "lte", "lt") if limits.get(key) is not None}
    if field == _TIME:
        return _time_range(bounds, now_ms)
    return Selection(tests=(_number_test(field, bounds),))


def _time_range(bounds: dict[str, Any], now_ms: int) -> Selection:
    try:
        edges = {key: parse_ms(value, now_ms=now_ms) for key, value in bounds.items()}
    except ValueError as error:
        raise bad_request(str(error), "parse_exception") from error
    lowers = [edges[key] + (key == "gt") for key in ("gte", "gt") if key in edges]
    uppers = [edges[key] + (key == "lte") for key in ("lte", "lt") if key in edges]
    return Selection(lower=max(lowers, default=None), upper=min(uppers, default=None), undated=False)


def _number_test(field: str, bounds: dict[str, Any]) -> Test:
    limits = {key: float(value) for key, value in bounds.items()}

    def fits(value: object) -> bool:
        try:
            number = float(str(value))
        except ValueError:
            return False
        return (
            number >= limits.get("gte", number)
            and number <= limits.get("lte", number)
            and not ("gt" in limits and number <= limits["gt"])
            and not ("lt" in limits and number >= limits["lt"])
        )

    return lambda document: any(fits(value) for value in field_values(document, field))


def _exists(body: Any, now_ms: int) -> Selection:
    field = str(body["field"])
    if field == _TIME:
        return Selection(undated=False)
    return Selection(tests=(lambda document: bool(values_at(document.source(), field)),))


def _term(body: Any, now_ms: int) -> Selection:
    ((field, wanted),) = body.items()
    value = wanted["value"] if isinstance(wanted, dict) else wanted
    return _terms({field: [value]}, now_ms)


def _terms(body: Any, now_ms: int) -> Selection:
    ((field, values),) = ((key, value) for key, value in body.items() if key != "boost")
    wanted = {_word(value) for value in values}
    return Selection(
        tests=(lambda document: any(_word(value) in wanted for value in field_values(document, field)),)
    )


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _ids(body: Any, now_ms: int) -> Selection:
    return _terms({"_id": body["values"]}, now_ms)


def _wildcard(body: Any, now_ms: int) -> Selection:
    ((field, wanted),) = body.items()
    pattern = str(wanted["value"] if isinstance(wanted, dict) else wanted)
    return Selection(
        tests=(lambda document: any(fnmatchcase(str(v), pattern) for v in field_values(document, field)),)
    )


_COMPILERS: dict[str, Callable[[Any, int], Selection]] = {
    "bool": _bool,
    "constant_score": lambda body, now_ms: compile_query(body["filter"], now_ms=now_ms),
    "exists": _exists,
    "ids": _ids,
    "match_all": lambda body, now_ms: EVERYTHING,
    "match_none": lambda body, now_ms: NOTHING,
    "prefix": lambda body, now_ms: _wildcard({next(iter(body)): f"{next(iter(body.values()))}*"}, now_ms),
    "range": _range,
    "term": _term,
    "terms": _terms,
    "wildcard": _wildcard,
}
