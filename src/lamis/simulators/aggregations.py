"""The aggregations a collector asks for, answered from selections."""

from collections.abc import Callable, Sequence
from typing import Any

from lamis.base.clock import iso_ms
from lamis.simulators.dates import duration_ms, parse_ms
from lamis.simulators.documents import Index
from lamis.simulators.query import Selection, compile_query, field_values
from lamis.simulators.refusals import bad_request

_TIME = "@timestamp"
_CALENDAR = {"minute": "1m", "1m": "1m", "hour": "1h", "1h": "1h", "day": "1d", "1d": "1d"}


class Aggregator:
    """Answers aggregations over some indexes as of `now_ms`."""

    def __init__(self, indexes: Sequence[Index], *, now_ms: int) -> None:
        self._indexes = indexes
        self._now_ms = now_ms

    def answer(self, wanted: dict[str, Any], selection: Selection) -> dict[str, Any]:
        """The `aggregations` member for `wanted`. Raises the engine's 400 for kinds not known."""
        return {name: self._one(name, body, selection) for name, body in wanted.items()}

    def _one(self, name: str, body: dict[str, Any], selection: Selection) -> dict[str, Any]:
        kinds = [key for key in body if key not in ("aggs", "aggregations", "meta")]
        if len(kinds) != 1:
            raise bad_request(f"Expected exactly one aggregation type in [{name}]")
        inner = body.get("aggs") or body.get("aggregations") or {}
        by_kind: dict[str, Callable[[Any, dict[str, Any], Selection], dict[str, Any]]] = {
            "date_histogram": self._histogram,
            "date_range": self._ranges,
            "filter": self._filter,
            "filters": self._filters,
            "max": self._max,
            "min": self._min,
            "missing": self._missing,
            "range": self._ranges,
            "sum": self._sum,
            "terms": self._terms,
            "value_count": self._value_count,
        }
        if kinds[0] not in by_kind:
            raise bad_request(f"Unknown aggregation type [{kinds[0]}]")
        return by_kind[kinds[0]](body[kinds[0]], inner, selection)

    def _bucket(self, selection: Selection, inner: dict[str, Any], **labels: Any) -> dict[str, Any]:
        count = sum(selection.count(index) for index in self._indexes)
        return {**labels, "doc_count": count, **self.answer(inner, selection)}

    def _filter(self, body: Any, inner: dict[str, Any], selection: Selection) -> dict[str, Any]:
        return self._bucket(selection.both(compile_query(body, now_ms=self._now_ms)), inner)

    def _filters(self, body: Any, inner: dict[str, Any], selection: Selection) -> dict[str, Any]:
        queries = body["filters"]
        if isinstance(queries, list):
            return {"buckets": [self._filter(query, inner, selection) for query in queries]}
        return {"buckets": {key: self._filter(query, inner, selection) for key, query in queries.items()}}

    def _missing(self, body: Any, inner: dict[str, Any], selection: Selection) -> dict[str, Any]:
        absent = {"bool": {"must_not": [{"exists": {"field": body["field"]}}]}}
        return self._filter(absent, inner, selection)

    def _ranges(self, body: Any, inner: dict[str, Any], selection: Selection) -> dict[str, Any]:
        field = body["field"]
        buckets = []
        for wanted in body["ranges"]:
            limits = {
                name: wanted[key]
                for key, name in (("from", "gte"), ("to", "lt"))
                if wanted.get(key) is not None
            }
            labels: dict[str, Any] = {
                "key": wanted.get("key") or f"{wanted.get('from', '*')}-{wanted.get('to', '*')}"
            }
            for key in ("from", "to"):
                if wanted.get(key) is not None:
                    labels |= self._edge(field, key, wanted[key])
            fitting = compile_query({"range": {field: limits}}, now_ms=self._now_ms)
            buckets.append(self._bucket(selection.both(fitting), inner, **labels))
        return {"buckets": buckets}

    def _edge(self, field: str, key: str, value: Any) -> dict[str, Any]:
        if field != _TIME:
            return {key: float(value)}
        ms = parse_ms(value, now_ms=self._now_ms)
        return {key: float(ms), f"{key}_as_string": iso_ms(ms)}

    def _histogram(self, body: Any, inner: dict[str, Any], selection: Selection) -> dict[str, Any]:
        if body.get("field") != _TIME:
            raise bad_request("date_histogram is known for [@timestamp] only")
        text = body.get("fixed_interval") or _CALENDAR.get(body.get("calendar_interval", ""))
        if text is None:
            raise bad_request("Invalid interval specified, must be non-null and non-empty")
        step = duration_ms(text)
        counts: dict[int, int] = {}
        for index in self._indexes:
            for document in selection.both(Selection(undated=False)).pick(index):
                start = (document.time_ms or 0) // step * step
                counts[start] = counts.get(start, 0) + 1
        if counts and not int(body.get("min_doc_count", 0)):
            counts = {start: counts.get(start, 0) for start in range(min(counts), max(counts) + 1, step)}
        buckets = []
        for start, count in sorted(counts.items()):
            within = selection.both(Selection(lower=start, upper=start + step, undated=False))
            labels = {"key_as_string": iso_ms(start), "key": start, "doc_count": count}
            buckets.append({**labels, **self.answer(inner, within)})
        return {"buckets": buckets}

    def _terms(self, body: Any, inner: dict[str, Any], selection: Selection) -> dict[str, Any]:
        field = body["field"]
        counts: dict[Any, int] = {}
        for index in self._indexes:
            for document in selection.pick(index):
                for value in set(field_values(document, field)):
                    counts[value] = counts.get(value, 0) + 1
        ranked = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
        size = int(body.get("size", 10))
        buckets = []
        for value, count in ranked[:size]:
            within = selection.both(compile_query({"term": {field: value}}, now_ms=self._now_ms))
            buckets.append({"key": value, "doc_count": count, **self.answer(inner, within)})
        rest = sum(count for _, count in ranked[size:])
        return {"doc_count_error_upper_bound": 0, "sum_other_doc_count": rest, "buckets": buckets}

    def _min(self, body: Any, inner: dict[str, Any], selection: Selection) -> dict[str, Any]:
        return self._extreme(body["field"], selection, newest=False)

    def _max(self, body: Any, inner: dict[str, Any], selection: Selection) -> dict[str, Any]:
        return self._extreme(body["field"], selection, newest=True)

    def _extreme(self, field: str, selection: Selection, *, newest: bool) -> dict[str, Any]:
        choose = max if newest else min
        if field == _TIME:
            dated = selection.both(Selection(undated=False))
            firsts = [next(dated.pick(index, backwards=newest), None) for index in self._indexes]
            times = [first.time_ms for first in firsts if first is not None and first.time_ms is not None]
            if not times:
                return {"value": None}
            return {"value": float(choose(times)), "value_as_string": iso_ms(choose(times))}
        numbers = [
            float(value)
            for index in self._indexes
            for document in selection.pick(index)
            for value in field_values(document, field)
        ]
        return {"value": choose(numbers) if numbers else None}

    def _sum(self, body: Any, inner: dict[str, Any], selection: Selection) -> dict[str, Any]:
        field = body["field"]
        picked = (document for index in self._indexes for document in selection.pick(index))
        return {
            "value": float(
                sum(float(value) for document in picked for value in field_values(document, field))
            )
        }

    def _value_count(self, body: Any, inner: dict[str, Any], selection: Selection) -> dict[str, Any]:
        field = body["field"]
        picked = (document for index in self._indexes for document in selection.pick(index))
        return {"value": sum(len(field_values(document, field)) for document in picked)}
