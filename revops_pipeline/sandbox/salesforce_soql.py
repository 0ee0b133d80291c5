"""The part of SOQL that the sandbox understands: SELECT of an object's own fields (or `COUNT()`),
WHERE, ORDER BY, LIMIT, OFFSET. What else is asked is refused as Salesforce refuses a query that it
cannot read, never ignored."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from revops_pipeline.sandbox.salesforce_world import SalesforceError

_TOKEN: Final = re.compile(
    r"""\s*(?:
    (?P<string>'(?:\\.|[^'\\])*')
    |(?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
    |(?P<date>\d{4}-\d\d-\d\d)
    |(?P<number>[+-]?\d+(?:\.\d+)?)
    |(?P<word>[A-Za-z_][A-Za-z0-9_.]*)
    |(?P<symbol><=|>=|!=|<>|[=<>(),])
    )""",
    re.VERBOSE,
)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_OPERATORS: Final = frozenset({"=", "!=", "<>", "<", "<=", ">", ">="})


@dataclass(frozen=True, slots=True)
class Value:
    """A literal: its kind (string, number, date, datetime, boolean, null) and its text."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    field: str
    operator: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Junction:
    """`and`, `or`, or `not` of its one part."""

    kind: str
    parts: tuple[Condition, ...]


Condition = Comparison | Junction


@dataclass(slots=True)
class Query:
    sobject: str
    fields: list[str]
    counts: bool = False
    where: Condition | None = None
    order: list[tuple[str, bool]] = field(default_factory=list)
    """Fields, and whether descending."""
    limit: int | None = None
    offset: int = 0


def malformed(message: str) -> SalesforceError:
    return SalesforceError(400, "MALFORMED_QUERY", message)


def parse(text: str) -> Query:
    if len(text) > 100_000:
        raise malformed("SOQL statements cannot be longer than 100,000 characters.")
    return _Parser(text).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0

    def query(self) -> Query:
        self._word("SELECT")
        fields, counts = self._fields()
        self._word("FROM")
        query = Query(self._name(), fields, counts)
        if self._next_word("WHERE"):
            query.where = self._condition()
        if self._next_word("ORDER"):
            self._word("BY")
            query.order = self._order()
        if self._next_word("LIMIT"):
            query.limit = self._count()
        if self._next_word("OFFSET"):
            query.offset = self._count()
        if self._at < len(self._tokens):
            raise self._unexpected()
        return query

    def _fields(self) -> tuple[list[str], bool]:
        names = [self._name()]
        if names == ["COUNT"] or names == ["count"]:
            self._symbol("(")
            self._symbol(")")
            return [], True
        while self._next_symbol(","):
            names.append(self._name())
        return names, False

    def _order(self) -> list[tuple[str, bool]]:
        order = []
        while True:
            name, descending = self._name(), False
            if self._next_word("DESC"):
                descending = True
            else:
                self._next_word("ASC")
            order.append((name, descending))
            if not self._next_symbol(","):
                return order

    def _condition(self) -> Condition:
        """AND and OR do not mix without parentheses: Salesforce refuses that too."""
        parts = [self._part()]
        kind = "and" if self._peek_word("AND") else "or"
        while self._next_word(kind.upper()):
            parts.append(self._part())
        return parts[0] if len(parts) == 1 else Junction(kind, tuple(parts))

    def _part(self) -> Condition:
        if self._next_word("NOT"):
            return Junction("not", (self._part(),))
        if self._next_symbol("("):
            inner = self._condition()
            self._symbol(")")
            return inner
        name = self._name()
        if self._next_word("LIKE"):
            return Comparison(name, "like", (self._value(),))
        negated = self._next_word("NOT")
        if self._next_word("IN"):
            self._symbol("(")
            values = [self._value()]
            while self._next_symbol(","):
                values.append(self._value())
            self._symbol(")")
            return Comparison(name, "not in" if negated else "in", tuple(values))
        kind, text = self._take()
        if negated or kind != "symbol" or text not in _OPERATORS:
            self._at -= 1
            raise self._unexpected()
        return Comparison(name, "!=" if text == "<>" else text, (self._value(),))

    def _value(self) -> Value:
        kind, text = self._take()
        if kind == "string":
            inner = re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), text[1:-1], flags=re.S)
            return Value("string", inner)
        if kind in ("date", "datetime", "number"):
            return Value(kind, text)
        if kind == "word" and text.lower() in ("true", "false"):
            return Value("boolean", text.lower())
        if kind == "word" and text.lower() == "null":
            return Value("null", "")
        self._at -= 1
        raise self._unexpected()

    # -- tokens -------------------------------------------------------------------------------

    def _take(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise malformed("unexpected token: '<EOF>'")
        self._at += 1
        return self._tokens[self._at - 1]

    def _name(self) -> str:
        kind, text = self._take()
        if kind != "word":
            self._at -= 1
            raise self._unexpected()
        return text

    def _count(self) -> int:
        kind, text = self._take()
        if kind != "number" or not text.isdigit():
            self._at -= 1
            raise self._unexpected()
        return int(text)

    def _word(self, word: str) -> None:
        if not self._next_word(word):
            raise self._unexpected()

    def _peek_word(self, word: str) -> bool:
        if self._at >= len(self._tokens):
            return False
        kind, text = self._tokens[self._at]
        return kind == "word" and text.upper() == word

    def _next_word(self, word: str) -> bool:
        found = self._peek_word(word)
        self._at += found
        return found

    def _symbol(self, symbol: str) -> None:
        if not self._next_symbol(symbol):
            raise self._unexpected()

    def _next_symbol(self, symbol: str) -> bool:
        found = self._at < len(self._tokens) and self._tokens[self._at] == ("symbol", symbol)
        self._at += found
        return found

    def _unexpected(self) -> SalesforceError:
        text = self._tokens[self._at][1] if self._at < len(self._tokens) else "<EOF>"
        return malformed(f"unexpected token: '{text}'")


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, place, end = [], 0, len(text.rstrip())
    while place < end:
        found = _TOKEN.match(text, place)
        if found is None:
            rest = text[place:].lstrip()
            raise malformed(f"line 1:{place} no viable alternative at character '{rest[:1]}'")
        kind = str(found.lastgroup)
        tokens.append((kind, found[kind]))
        place = found.end()
    return tokens
