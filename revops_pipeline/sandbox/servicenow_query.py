"""ServiceNow's encoded queries: `priority=1^ORpriority=2^opened_at>2026-01-01 00:00:00^ORDERBYnumber`.

`^` joins conditions, `^OR` binds to the condition before it, `^NQ` begins another query whose rows
come too. Times are text in UTC. A condition on a column that the table lacks is ignored, as an
instance does unless it is set up otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

Row = dict[str, str]
Test = Callable[[Row], bool]

_CONDITION = re.compile(
    r"([a-z0-9_.]+)(ISNOTEMPTY|ISEMPTY|NOT IN|IN|STARTSWITH|ENDSWITH|NOT LIKE|LIKE|CONTAINS|BETWEEN"
    r"|>=|<=|!=|=|>|<)(.*)",
    re.DOTALL,
)
_NUMBERS = frozenset({"priority", "impact", "urgency", "state", "escalation", "sys_mod_count"})


@dataclass(frozen=True, slots=True)
class Query:
    """Rows match when all groups of one alternative hold; a group holds when one of its tests does.
    `order` is (column, descending). `since` is a bound of sys_updated_on that all rows keep."""

    alternatives: tuple[tuple[tuple[Test, ...], ...], ...]
    order: tuple[tuple[str, bool], ...]
    since: str = ""

    def matches(self, row: Row) -> bool:
        return any(
            all(any(test(row) for test in group) for group in groups)
            for groups in self.alternatives
        )

    def sort(self, rows: Sequence[Row]) -> Sequence[Row]:
        for column, descending in reversed(self.order):
            rows = sorted(rows, key=lambda row: row.get(column, ""), reverse=descending)
        return rows


def parse(text: str, columns: Collection[str]) -> Query:
    alternatives: list[list[list[Test]]] = [[]]
    order: list[tuple[str, bool]] = []
    since = ""
    for term in re.split(r"\^(?!$)", text.removesuffix("^")) if text else []:
        if term in ("EQ", ""):
            continue
        if term.startswith("ORDERBY"):
            descending = term.startswith("ORDERBYDESC")
            column = term.removeprefix("ORDERBYDESC" if descending else "ORDERBY")
            if column in columns:
                order.append((column, descending))
            continue
        joined = term.startswith("OR")
        if term.startswith("NQ"):
            alternatives.append([])
        condition = _CONDITION.fullmatch(term[2:] if joined or term.startswith("NQ") else term)
        if condition is None or condition[1] not in columns:
            continue
        column, operator, value = condition.groups()
        test = _test(column, operator, value)
        if joined and alternatives[-1]:
            alternatives[-1][-1].append(test)
            continue
        alternatives[-1].append([test])
        if column == "sys_updated_on" and operator == ">=" and len(alternatives) == 1:
            since = max(since, value)
    return Query(
        tuple(tuple(tuple(group) for group in groups) for groups in alternatives),
        tuple(order),
        since if len(alternatives) == 1 else "",
    )


def _test(column: str, operator: str, value: str) -> Test:
    if operator in (">", ">=", "<", "<="):
        return _compared(column, operator, value)
    values = frozenset(value.split(","))
    low, _, high = value.partition("@")
    tests: dict[str, Test] = {
        "ISEMPTY": lambda row: not row.get(column),
        "ISNOTEMPTY": lambda row: bool(row.get(column)),
        "=": lambda row: row.get(column, "") == value,
        "!=": lambda row: row.get(column, "") != value,
        "IN": lambda row: row.get(column, "") in values,
        "NOT IN": lambda row: row.get(column, "") not in values,
        "STARTSWITH": lambda row: row.get(column, "").lower().startswith(value.lower()),
        "ENDSWITH": lambda row: row.get(column, "").lower().endswith(value.lower()),
        "LIKE": lambda row: value.lower() in row.get(column, "").lower(),
        "CONTAINS": lambda row: value.lower() in row.get(column, "").lower(),
        "NOT LIKE": lambda row: value.lower() not in row.get(column, "").lower(),
        "BETWEEN": lambda row: low <= row.get(column, "") <= high,
    }
    return tests[operator]


def _compared(column: str, operator: str, value: str) -> Test:
    """Empty values are in no order. Numbers are compared as such, all else as text."""
    if column in _NUMBERS and value.isdigit():
        bound = int(value)

        def number(row: Row) -> bool:
            text = row.get(column, "")
            return text.isdigit() and _holds(operator, int(text) - bound)

        return number
    if operator == ">":
        return lambda row: row.get(column, "") > value
    if operator == ">=":
        return lambda row: bool(row.get(column)) and row[column] >= value
    if operator == "<":
        return lambda row: bool(row.get(column)) and row[column] < value
    return lambda row: bool(row.get(column)) and row[column] <= value


def _holds(operator: str, difference: int) -> bool:
    return {
        ">": difference > 0,
        ">=": difference >= 0,
        "<": difference < 0,
        "<=": difference <= 0,
    }[operator]
