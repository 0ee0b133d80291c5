"""The statements that hold what hidden fields had, for either warehouse, inside a landing's
transaction and after its rows: `held_values` has one row per record and field of which the current
version lacks the field and an older one had it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from revops_pipeline.sources.stream import Stream
from revops_pipeline.warehouse.base import HiddenFields
from revops_pipeline.warehouse.hidden import path_of

Run = Callable[[str, Sequence[Any]], object]
# The JSON text at a path of a document; NULL where the document lacks the key, `null` where the
# value is.
JsonAt = Callable[[str, Sequence[str]], str]

LONG_AGO = datetime(1900, 1, 1)
EMPTY = "('null', '\"\"')"
OF_STREAM = "source = ? and stream = ?"


def hold(run: Run, at: JsonAt, stream: Stream, hidden: HiddenFields, now: datetime) -> None:
    """Holds what the versions that were replaced at `now` had of hidden fields. Of a field that was
    noticed only now, all older versions are searched."""
    key = [stream.source, stream.name]
    for name in hidden.since:
        since = LONG_AGO if name in hidden.newly else now
        _hold(run, at, stream, name, since)
    for name in hidden.dropped:
        run(f"delete from ops.held_values where {OF_STREAM} and field = ?", [*key, name])
    for name in hidden.returned:
        lacks = f"{at('document', path_of(stream, name))} is null"
        run(
            f"delete from ops.held_values where {OF_STREAM} and field = ? and id not in "
            f"(select id from raw.{stream.table} where deleted_at is null and {lacks})",
            [*key, name],
        )
    if hidden.changed:
        run(f"delete from ops.hidden_fields where {OF_STREAM}", key)
        for name, since in hidden.since.items():
            _list(run, at, stream, name, since)


def count_rows(run: Run, stream: Stream, rows: int, now: datetime) -> None:
    """How many records of a stream the vendor hides, by the latest count."""
    key = [stream.source, stream.name]
    run(f"delete from ops.hidden_rows where {OF_STREAM}", key)
    run(
        "insert into ops.hidden_rows (source, stream, rows_hidden, counted_at) select ?, ?, ?, ?",
        [*key, rows, now],
    )


def _hold(run: Run, at: JsonAt, stream: Stream, name: str, since: datetime) -> None:
    """The newest version that had the field wins, also over what is held already."""
    path, key = path_of(stream, name), [stream.source, stream.name, name]
    before = at("h.document", path)
    newest = (
        f"select h.id, max_by({before}, h.valid_to) as value from raw.{stream.table}_history h "
        f"join raw.{stream.table} r on r.id = h.id "
        f"where h.valid_to >= ? and r.deleted_at is null and {before} is not null "
        f"and {at('r.document', path)} is null group by h.id"
    )
    run(
        f"delete from ops.held_values where {OF_STREAM} and field = ? "
        f"and id in (select n.id from ({newest}) n)",
        [*key, since],
    )
    run(
        "insert into ops.held_values (source, stream, field, id, value) "
        f"select ?, ?, ?, n.id, n.value from ({newest}) n where n.value not in {EMPTY}",
        [*key, since],
    )


def _list(run: Run, at: JsonAt, stream: Stream, name: str, since: datetime) -> None:
    """`rows_held`: live records with a value in the field, whether it stands in the current version
    (the record did not change since) or is held."""
    key = [stream.source, stream.name, name]
    held = f"select id from ops.held_values where {OF_STREAM} and field = ?"
    value = at("document", path_of(stream, name))
    run(
        "insert into ops.hidden_fields (source, stream, field, hidden_since, rows_held) "
        f"select ?, ?, ?, ?, count(*) from raw.{stream.table} where deleted_at is null "
        f"and (coalesce({value}, 'null') not in {EMPTY} or id in ({held}))",
        [*key, since, *key],
    )
