"""Queries over a made-up Salesforce organisation: which records they mean, in which order, and the
pages that their answers come in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final

from revops_pipeline.sandbox.salesforce_schema import SObject
from revops_pipeline.sandbox.salesforce_soql import Comparison, Condition, Query, Value, parse
from revops_pipeline.sandbox.salesforce_world import Record, SalesforceError, SalesforceWorld
from revops_pipeline.sources.salesforce_soql import to_18

_NUMBERS: Final = frozenset({"double", "int", "currency", "percent"})
_KINDS: Final = {"boolean": "boolean", "date": "date", "datetime": "dateTime"}
Test = Callable[[Record], bool]


class Queries:
    """Answers queries of one world; the caller holds its lock."""

    def __init__(self, world: SalesforceWorld) -> None:
        self.world = world

    def first(self, soql: str, version: str, deleted: bool) -> dict[str, Any]:
        """The first page. Later ones go on with these ids, as the records then are."""
        query = parse(soql)
        sobject, fields = self.columns(query)
        found = self.found(query, sobject, deleted)
        if query.counts:
            return {"totalSize": len(found), "done": True, "records": []}
        ids = [r["Id"] for r in found]
        locator = self._open(sobject.name, fields, ids)
        return self.page(locator, 0, version)

    def columns(self, query: Query) -> tuple[SObject, list[str]]:
        """The object that a query names, and its fields by their own spelling."""
        sobject = self.world.visible(query.sobject)
        if sobject is None:
            raise SalesforceError(
                400,
                "INVALID_TYPE",
                f"sObject type '{query.sobject}' is not supported. If you are attempting to use a "
                "custom object, be sure to append the '__c' after the entity name. Please "
                "reference your WSDL or the describe call for the appropriate names.",
            )
        return sobject, [_field(sobject, name) for name in query.fields]

    def more(self, text: str, version: str) -> dict[str, Any]:
        """The page that a locator such as `01g…-2000` names; what follows `~` marks one that a
        fault minted."""
        locator, _, place = text.partition("~")[0].rpartition("-")
        if locator not in self.world.queries or not place.isdigit():
            raise SalesforceError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return self.page(locator, int(place), version)

    def page(self, locator: str, start: int, version: str) -> dict[str, Any]:
        name, fields, ids = self.world.queries[locator]
        stop = start + self.world.page_size
        stored = self.world.records[name]
        answer: dict[str, Any] = {
            "totalSize": len(ids),
            "done": stop >= len(ids),
            "records": [
                {"attributes": _attributes(name, id_, version), **_chosen(stored[id_], fields)}
                for id_ in ids[start:stop]
                if id_ in stored
            ],
        }
        if stop < len(ids):
            answer["nextRecordsUrl"] = f"/services/data/{version}/query/{locator}-{stop}"
        else:
            # A query that was read to its end stays open a little, for who asks again.
            self.world.queries.move_to_end(locator, last=False)
        return answer

    def _open(self, name: str, fields: list[str], ids: list[str]) -> str:
        open_ = self.world.queries
        self.world.opened += 1
        locator = to_18(f"01gFk0000{self.world.opened:06d}")
        open_[locator] = (name, fields, ids)
        while len(open_) > max(self.world.cursors, 1):
            open_.popitem(last=False)
        return locator

    def found(self, query: Query, sobject: SObject, deleted: bool) -> list[Record]:
        tests: list[Test] = []
        if not deleted:
            tests.append(lambda r: not r.get("IsDeleted") and not r.get("IsArchived"))
        if query.where is not None:
            tests.append(_test(query.where, sobject))
        records: Iterable[Record] = self.world.records[sobject.name].values()
        found = [r for r in records if all(test(r) for test in tests)]
        for name, descending in reversed(query.order):
            field = _field(sobject, name)

            def key(record: Record, field: str = field) -> tuple[bool, Any]:
                # Nulls come first, whatever the type.
                value = record[field]
                return (value is not None, 0 if value is None else value)

            found.sort(key=key, reverse=descending)
        stop = None if query.limit is None else query.offset + query.limit
        return found[query.offset : stop]


def _attributes(name: str, id_: str, version: str) -> dict[str, str]:
    return {"type": name, "url": f"/services/data/{version}/sobjects/{name}/{id_}"}


def _chosen(record: Record, fields: list[str]) -> Record:
    return {name: _address(record) if name == "BillingAddress" else record[name] for name in fields}


def _address(record: Record) -> dict[str, Any]:
    return {
        "city": record["BillingCity"],
        "country": record["BillingCountry"],
        "street": record["BillingStreet"],
    }


def _field(sobject: SObject, name: str) -> str:
    found = sobject.spelled(name)
    if found is None:
        raise SalesforceError(
            400,
            "INVALID_FIELD",
            f"No such column '{name}' on entity '{sobject.name}'. If you are attempting to use a "
            "custom field, be sure to append the '__c' after the custom field name. Please "
            "reference your WSDL or the describe call for the appropriate names.",
        )
    return found


def _test(condition: Condition, sobject: SObject) -> Test:
    if isinstance(condition, Comparison):
        return _compare(condition, sobject)
    parts = [_test(part, sobject) for part in condition.parts]
    if condition.kind == "not":
        return lambda record: not parts[0](record)
    holds = all if condition.kind == "and" else any
    return lambda record: holds(part(record) for part in parts)


def _compare(condition: Comparison, sobject: SObject) -> Test:
    name = _field(sobject, condition.field)
    kind, operator = sobject.fields[name], condition.operator
    wanted = [_typed(value, name, kind) for value in condition.values]

    def mine(record: Record) -> Any:
        return _comparable(record[name], kind)

    if operator == "like":
        pattern = re.escape(str(wanted[0])).replace("%", ".*").replace("_", ".")
        return lambda r: re.fullmatch(pattern, str(mine(r) or ""), re.I | re.S) is not None
    if operator in ("in", "not in"):
        return lambda r: (mine(r) in wanted) == (operator == "in")
    (value,) = wanted
    if operator in ("=", "!="):
        return lambda r: (mine(r) == value) == (operator == "=")
    ordered: dict[str, Callable[[Any], bool]] = {
        "<": lambda own: own < value,
        "<=": lambda own: own <= value,
        ">": lambda own: own > value,
        ">=": lambda own: own >= value,
    }
    return lambda r: (own := mine(r)) is not None and value is not None and ordered[operator](own)


def _typed(value: Value, name: str, kind: str) -> Any:
    """A literal as the field's type; refused where Salesforce wants (or forbids) quotes."""
    if value.kind == "null":
        return None
    expected = _KINDS.get(kind) or ("number" if kind in _NUMBERS else "string")
    if value.kind != expected.lower():
        quoted = "should be enclosed in quotes"
        raise SalesforceError(
            400,
            "INVALID_FIELD",
            f"value of filter criterion for field '{name}' must be of type {expected} and "
            + (quoted if expected == "string" else quoted.replace("should", "should not")),
        )
    if kind in ("id", "reference"):
        if len(value.text) not in (15, 18) or not value.text.isalnum():
            message = f"invalid ID field: {value.text}"
            raise SalesforceError(400, "INVALID_QUERY_FILTER_OPERATOR", message)
        return to_18(value.text)
    if expected == "number":
        return float(value.text)
    if expected == "boolean":
        return value.text == "true"
    return _comparable(value.text, kind)


def _comparable(value: Any, kind: str) -> Any:
    """Instants as such, text without its case, as Salesforce compares it."""
    if value is None:
        return None
    if kind == "datetime":
        return datetime.fromisoformat(value.replace("+0000", "+00:00")).astimezone(UTC)
    if kind in _NUMBERS or kind in ("boolean", "id", "reference", "date"):
        return value
    return str(value).lower()
