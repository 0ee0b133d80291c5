"""Rows of a database as the documents and ids that are stored."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import orjson

from revops_pipeline.sources.id_set import IdSet
from revops_pipeline.sources.ids import id_text, plain
from revops_pipeline.sources.product_contract import CONTRACT, Layout
from revops_pipeline.sources.stream import Limit, Rows, State

# Table → the keys that identify a row. Transactions carry an id in some databases only.
KEYS: dict[str, tuple[str, ...]] = {
    "users": ("user_id",),
    "teams": ("team_id",),
    "team_membership": ("team_id", "user_id"),
    "transactions": ("transaction_id",),
}

_HALF = re.compile("[\ud800-\udfff]")


def to_rows(table: str, keys: Sequence[str], portion: Sequence[Sequence[Any]], seen: Seen) -> Rows:
    """Rows whose values come in the order of `keys`. Where ids repeat, or there is no id, equal
    ones are told apart by how many came before: `seen` counts them through a whole table."""
    rows = Rows()
    for values in portion:
        row = dict(zip(keys, values, strict=True))
        document = to_document(row)
        rows.ids.append(row_id(table, row, document))
        rows.documents.append(document)
    rows.ids = seen.numbered(rows.ids)
    rows.updated = [None] * len(rows.ids)
    rows.deleted = [None] * len(rows.ids)
    return rows


def limits(layout: Layout) -> dict[str, Limit]:
    """What the tables' documents may hold: the keys that are read of them."""

    def restate(table: str, document: State, foreign: bool) -> tuple[str, bytes]:
        row = {}
        for key, column in layout.read(table).items():
            name = column.lower() if foreign else key
            if name in document:
                row[key] = document[name]
        restated = to_document(row)
        return row_id(table, row, restated), restated

    found = {}
    for table in CONTRACT:
        read = layout.read(table)
        names = frozenset(column.lower() for column in read.values())
        found[table] = Limit(tuple(sorted(read)), names, partial(restate, table))
    return found


def row_id(table: str, row: Mapping[str, Any], document: bytes) -> str:
    """By the table's key; the whole document where the table has none."""
    if all(key in row for key in KEYS[table]):
        return ":".join(id_text(row[key]) for key in KEYS[table])
    return document.decode()


class Seen:
    """The ids of a table so far. Only those that repeat are counted."""

    def __init__(self) -> None:
        self._ids, self._repeated = IdSet(), dict[str, int]()

    def numbered(self, ids: Sequence[str]) -> list[str]:
        """The ids, those that were seen before with a number that tells how often."""
        found = []
        for row_id, again in zip(ids, self._ids.add(ids), strict=True):
            number = 1
            if again:
                number = self._repeated[row_id] = self._repeated.get(row_id, 1) + 1
            found.append(row_id if number == 1 else f"{row_id}#{number}")
        return found


def to_document(row: Mapping[str, Any]) -> bytes:
    """Canonical JSON (sorted keys): equal rows have equal bytes."""
    try:
        return orjson.dumps(row, default=plain, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # what orjson refuses before it asks
        return orjson.dumps(_storable(row), default=plain, option=orjson.OPT_SORT_KEYS)


def _storable(value: Any) -> Any:
    """Numbers of more than 64 bits and times with a zone as text; half characters as U+FFFD."""
    if isinstance(value, Mapping):
        return {_storable(str(k)): _storable(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_storable(v) for v in value]
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return int(value) if -(2**63) <= value < 2**64 else str(value)
    try:
        orjson.dumps(value)
    except TypeError:
        return plain(value)
    return value
