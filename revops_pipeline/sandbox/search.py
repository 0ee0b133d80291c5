"""The search API: filter groups, sorts, and its limits (which HubSpot documents)."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final

import orjson

from revops_pipeline.sandbox.clock import to_ms
from revops_pipeline.sandbox.errors import Refusal
from revops_pipeline.sandbox.portal import Portal
from revops_pipeline.sandbox.store import Record, Store
from revops_pipeline.sandbox.views import View
from revops_pipeline.sandbox.web import Answer, Call, Route, both, limit_of, position

_GROUPS, _FILTERS, _FILTERS_IN_ALL = 5, 10, 25
_PAGE = 200
_REMEMBERED = 16

Value = str | float
Test = Callable[[Record], bool]
Filter = Mapping[str, Any]
_QUERY_PROPERTIES: Final = {
    "contacts": ("email", "firstname", "lastname", "phone", "company"),
    "companies": ("name", "domain", "website", "phone"),
    "deals": ("dealname", "pipeline", "dealstage", "dealtype"),
    "calls": ("hs_call_title", "hs_call_body"),
    "emails": ("hs_email_subject",),
    "meetings": ("hs_meeting_title", "hs_meeting_body"),
    "notes": ("hs_note_body",),
    "tasks": ("hs_task_subject", "hs_task_body"),
}


class SearchApi:
    """Results are remembered until the portal changes, so that the pages of one search cost one
    evaluation. A bound on the modified date is answered from an index: the cost is that of the
    records changed, not of those stored."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self._results: OrderedDict[bytes, list[int]] = OrderedDict()
        self._seen: tuple[Portal, int] = (portal, -1)

    def routes(self) -> list[Route]:
        return both("POST", "objects", "/{type}/search", self.search)

    def search(self, call: Call) -> Answer:
        store, document = self.portal.store(call.parts["type"]), call.document()
        limit, after = limit_of(document.get("limit"), 10, _PAGE), position(document.get("after"))
        ceiling = call.mood.ceiling
        if after + limit > ceiling:
            raise Refusal(
                400,
                f"The maximum offset of a search is {ceiling}: after {after} with limit {limit} "
                "reaches beyond it. Narrow the filters instead.",
            )
        cutoff = self.portal.clock.now() - call.mood.lag_ms
        outdated = store.outdated(cutoff) if call.mood.lag_ms else {}
        ids = self._lagging(store, document, outdated) if outdated else self._find(store, document)
        if call.mood.shuffle is not None:
            ids = sorted(ids)
            Random(call.mood.shuffle).shuffle(ids)
        page = ids[after : after + limit]
        view = self.portal.views.get(store, tuple(document.get("properties") or ()))
        shown = _shown(view, page, outdated) if outdated else view.join(page)
        paging = b""
        if after + limit < len(ids):
            paging = b',"paging":{"next":{"after":"%d"}}' % (after + limit)
        return Answer(200, b'{"total":%d,"results":[%b]%b}' % (len(ids), shown, paging))

    def _find(self, store: Store, document: Mapping[str, Any]) -> list[int]:
        if self._seen != (self.portal, self.portal.version):
            self._results.clear()
            self._seen = (self.portal, self.portal.version)
        question = {k: document.get(k) for k in ("filterGroups", "filters", "sorts", "query")}
        key = orjson.dumps([store.kind.name, question])
        ids = self._results.get(key)
        if ids is None:
            ids = self._results[key] = self._evaluate(store, document)
            if len(self._results) > _REMEMBERED:
                self._results.popitem(last=False)
        return ids

    def _lagging(
        self, store: Store, document: Mapping[str, Any], outdated: Mapping[int, Record | None]
    ) -> list[int]:
        """What a search finds that has not heard of the latest changes."""
        past = Store(store.kind)
        past.definitions = store.definitions
        changed = [record for record in outdated.values() if record]
        kept = [store.records[id_] for id_ in self._find(store, document) if id_ not in outdated]
        past.load(sorted((*kept, *changed), key=lambda record: record.id))
        return self._evaluate(past, document)

    def _evaluate(self, store: Store, document: Mapping[str, Any]) -> list[int]:
        groups = _groups(store, document)
        found: set[int] = set()
        for group in groups:
            candidates, rest = _candidates(store, group)
            tests = [_test(store, filter_) for filter_ in rest]
            records = store.records
            found.update(
                id_ for id_ in candidates if not tests or all(t(records[id_]) for t in tests)
            )
        ids = sorted(found if groups else store.live_ids)
        text = str(document.get("query") or "").lower()
        if text:
            names = _QUERY_PROPERTIES[store.kind.name]
            ids = [i for i in ids if _mentions(store.records[i], names, text)]
        for sort in reversed(document.get("sorts") or []):
            _sort(store, ids, sort)
        return ids


def _shown(view: View, ids: list[int], outdated: Mapping[int, Record | None]) -> bytes:
    """Records as the index has them, the outdated ones as they were."""
    return b",".join(
        orjson.dumps(view.document(old)) if (old := outdated.get(id_)) else view.join([id_])
        for id_ in ids
    )


def _groups(store: Store, document: Mapping[str, Any]) -> list[list[Filter]]:
    groups = [group.get("filters") or [] for group in document.get("filterGroups") or []]
    if document.get("filters"):
        groups.append(document["filters"])
    if len(groups) > _GROUPS:
        raise Refusal(400, f"A search takes at most {_GROUPS} filter groups, got {len(groups)}.")
    if any(len(group) > _FILTERS for group in groups):
        raise Refusal(400, f"A filter group takes at most {_FILTERS} filters.")
    if sum(map(len, groups)) > _FILTERS_IN_ALL:
        raise Refusal(400, f"A search takes at most {_FILTERS_IN_ALL} filters in all.")
    for filter_ in (f for group in groups for f in group):
        if not isinstance(filter_, dict):
            raise Refusal(400, "A filter is an object of propertyName, operator and value.")
        _known(store, str(filter_.get("propertyName")))
    return groups


def _known(store: Store, name: str) -> str:
    if name not in store.definitions:
        raise Refusal(
            400, f"There was a problem with the request: property '{name}' does not exist."
        )
    return name


_UNBOUNDED: Final = 1 << 62


def _candidates(store: Store, group: list[Filter]) -> tuple[list[int], list[Filter]]:
    """Ids among which the group's results are, and the filters still to be tried on each. Bounds
    on the modified date come from an index, bounds on the id from the order that ids are kept in,
    ids asked for by value from the store itself."""
    modified, ids = (0, _UNBOUNDED), (0, _UNBOUNDED)
    rest: list[Filter] = []
    named: list[Any] | None = None
    for filter_ in group:
        name, operator, value = (
            filter_["propertyName"],
            filter_.get("operator"),
            filter_.get("value"),
        )
        if name == store.kind.modified and operator in _BOUNDS and value is not None:
            modified = _narrowed(modified, filter_, to_ms)
        elif name == "hs_object_id" and operator in ("EQ", "IN") and named is None:
            named = filter_.get("values") if operator == "IN" else [value]
            rest.append(filter_)
        elif name == "hs_object_id" and operator in _BOUNDS and str(value).isdigit():
            ids = _narrowed(ids, filter_, int)
        else:
            rest.append(filter_)
    if named is not None:
        wanted = {int(v) for v in map(str, named) if v.isdigit()}
        records = (store.records.get(id_) for id_ in wanted)
        found = [
            r.id for r in records if r and r.archived is None and _within(r.modified, modified)
        ]
        return [id_ for id_ in found if _within(id_, ids)], rest
    if modified != (0, _UNBOUNDED):
        changed = store.modified_between(*modified)
        return [id_ for id_ in changed if _within(id_, ids)], rest
    live = store.live_ids
    return live[bisect_left(live, ids[0]) : bisect_right(live, ids[1])], rest


_BOUNDS: Final = {"GT", "GTE", "LT", "LTE", "EQ", "BETWEEN"}


def _narrowed(
    bounds: tuple[int, int], filter_: Filter, read: Callable[[str], int]
) -> tuple[int, int]:
    """Inclusive bounds, made narrower by one more filter."""
    low, high = bounds
    operator, value = filter_["operator"], read(str(filter_["value"]))
    if operator in ("GT", "GTE", "EQ", "BETWEEN"):
        low = max(low, value + (operator == "GT"))
    if operator == "BETWEEN":
        value = read(str(filter_.get("highValue")))
    if operator in ("LT", "LTE", "EQ", "BETWEEN"):
        high = min(high, value - (operator == "LT"))
    return low, high


def _within(value: int, bounds: tuple[int, int]) -> bool:
    return bounds[0] <= value <= bounds[1]


def _typed(type_: object, value: object) -> Value | None:
    """A value as its property compares: numbers and dates by size, the rest without case."""
    if value is None or value == "":
        return None
    text = str(value)
    if type_ == "number":
        try:
            return float(text)
        except ValueError:
            return None
    return to_ms(text) if type_ in ("datetime", "date") else text.lower()


def _test(store: Store, filter_: Filter) -> Test:
    name, operator = str(filter_["propertyName"]), str(filter_.get("operator"))
    type_ = store.definitions[name]["type"]
    if operator in ("HAS_PROPERTY", "NOT_HAS_PROPERTY"):
        has = operator == "HAS_PROPERTY"
        return lambda record: bool(record.properties.get(name)) is has
    if operator in ("IN", "NOT_IN"):
        values = filter_.get("values")
        if not isinstance(values, list) or not values:
            raise Refusal(400, f"Operator {operator} on '{name}' needs a list 'values'.")
        among, wanted = {_typed(type_, v) for v in values}, operator == "IN"
        return lambda record: (
            (own := _typed(type_, record.properties.get(name))) is not None
            and (own in among) is wanted
        )
    value = filter_.get("value")
    if value is None:
        raise Refusal(400, f"Operator {operator} on '{name}' needs a 'value'.")
    if operator in ("CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"):
        return _token_test(name, str(value), operator == "CONTAINS_TOKEN")
    bound, high = _typed(type_, value), _typed(type_, filter_.get("highValue"))
    compare = _COMPARISONS.get(operator)
    if compare is None or bound is None or (operator == "BETWEEN" and high is None):
        raise Refusal(400, f"Cannot filter '{name}' by operator {operator} and value {value!r}.")
    return lambda record: (
        (own := _typed(type_, record.properties.get(name))) is not None
        and compare(own, bound, high)
    )


_COMPARISONS: Final[dict[str, Callable[[Any, Any, Any], bool]]] = {
    "EQ": lambda own, bound, _: own == bound,
    "NEQ": lambda own, bound, _: own != bound,
    "LT": lambda own, bound, _: own < bound,
    "LTE": lambda own, bound, _: own <= bound,
    "GT": lambda own, bound, _: own > bound,
    "GTE": lambda own, bound, _: own >= bound,
    "BETWEEN": lambda own, low, high: low <= own <= high,
}


def _token_test(name: str, value: str, wanted: bool) -> Test:
    """A whole word (split at anything but letters and digits), `*` standing for any part of it."""
    words = re.escape(value.strip().lower()).replace(r"\*", r"\w*")
    pattern = re.compile(rf"(?<!\w){words}(?!\w)")
    return lambda record: (
        (pattern.search((record.properties.get(name) or "").lower()) is not None) is wanted
    )


def _mentions(record: Record, names: tuple[str, ...], text: str) -> bool:
    return any(text in (record.properties.get(name) or "").lower() for name in names)


def _sort(store: Store, ids: list[int], sort: object) -> None:
    """Sort in place by one criterion; a leading minus or DESCENDING turns it round. Records
    without a value come last, as ties keep the order they had."""
    if isinstance(sort, str):
        name, descending = sort.removeprefix("-"), sort.startswith("-")
    elif isinstance(sort, dict):
        name, descending = str(sort.get("propertyName")), sort.get("direction") == "DESCENDING"
    else:
        raise Refusal(400, "A sort is a property name or {propertyName, direction}.")
    type_ = store.definitions[_known(store, name)]["type"]
    if name == store.kind.modified:
        ids.sort(key=lambda id_: store.records[id_].modified, reverse=descending)
        return
    keys = {id_: _typed(type_, store.records[id_].properties.get(name)) for id_ in ids}
    valued = [id_ for id_ in ids if keys[id_] is not None]
    valued.sort(key=lambda id_: keys[id_] or 0, reverse=descending)
    ids[:] = valued + [id_ for id_ in ids if keys[id_] is None]
