"""Documents of a stream that are written anew without what they may not hold, in Snowflake.

What they held stays in Time Travel and Fail-safe for as long as the account keeps those.
"""

from __future__ import annotations

import json

from revops_pipeline.sources.stream import Limit, Stream
from revops_pipeline.warehouse.books import RAW_COLUMNS
from revops_pipeline.warehouse.limits import restated, without
from revops_pipeline.warehouse.snowflake_books import fill, upsert
from revops_pipeline.warehouse.snowflake_lock import WriterLock
from revops_pipeline.warehouse.snowflake_wire import Wire

PART_ROWS = 200_000
_ANEW = {
    "old_id": "varchar",
    "old_hash": "varchar",
    "base": "varchar",
    "document": "varchar",
    "content_hash": "varchar",
}


def restate(
    wire: Wire, lock: WriterLock, stream: Stream, limit: Limit, *, foreign: bool
) -> set[str]:
    """Not done again after an answer that was lost."""
    taken: set[str] = set()
    if wire.rows(
        "select 1 from ops.raw_columns where source = ? and stream = ? and columns = ?",
        [stream.source, stream.name, json.dumps(limit.keys)],
    ):
        return taken
    tables = (f"raw.{stream.table}", f"raw.{stream.table}_history")
    if not any(wire.rows(f"select 1 from {table} limit 1") for table in tables):
        _note_limit(wire, stream, limit)
        return taken
    changed = _compute(wire, tables, limit, foreign, taken)
    if changed:
        _name(wire, tables[0])
    with wire.transaction():
        lock.fence()
        for table in tables if changed else ():
            wire.run(
                f"update {table} t set id = i.id, document = parse_json(a.document), "
                "content_hash = a.content_hash from ops.anew a join ops.anew_ids i "
                "on a.old_id = i.old_id where t.id = a.old_id and t.content_hash = a.old_hash",
                about=table,
            )
        _note(wire, stream, limit, rebuild=changed)
    return taken


def _compute(
    wire: Wire, tables: tuple[str, str], limit: Limit, foreign: bool, taken: set[str]
) -> bool:
    """Fills `ops.anew`, a part of the documents at a time; whether any differs from what is there."""
    versions = " union ".join(
        f"select id, content_hash, to_json(document) as document from {table}" for table in tables
    )
    [(count,)] = wire.rows(f"select count(*) from ({versions}) v")
    fill(wire, "ops.anew", _ANEW, [])
    changed, parts = False, int(count) // PART_ROWS + 1
    for part in range(parts):
        rows = wire.rows(
            f"select v.id, v.content_hash, v.document from ({versions}) v "
            f"where mod(abs(hash(v.id)), {parts}) = {part}"
        )
        keys = [(row[0], row[1]) for row in rows]
        found = restated([(place, row[2]) for place, row in enumerate(rows)], limit, foreign, taken)
        fill(wire, "ops.anew_part", _ANEW, [(*keys[place], *rest) for place, *rest in found])
        wire.run("insert into ops.anew select * from ops.anew_part")
        changed = changed or any(keys[place][1] != digest for place, *_, digest in found)
    return changed


def _name(wire: Wire, table: str) -> None:
    """One new id for each old one. Where several became alike they are counted as a read counts
    them, those first that are live."""
    wire.run(f"""
        create or replace temporary table ops.anew_ids as
        select
            old_id,
            base || case when place > 1 then '#' || place else '' end as id
        from (
            select
                a.old_id,
                a.base,
                row_number() over (
                    partition by a.base
                    order by
                        case when t.id is null then 2 when t.deleted_at is null then 0 else 1 end,
                        length(a.old_id),
                        a.old_id
                ) as place
            from (select old_id, min(base) as base from ops.anew group by old_id) a
            left join {table} t on t.id = a.old_id
        ) counted""")


def _note_limit(wire: Wire, stream: Stream, limit: Limit) -> None:
    row = (stream.source, stream.name, json.dumps(limit.keys))
    upsert(wire, "ops.raw_columns", tuple(RAW_COLUMNS), [row], key=("source", "stream"))


def _note(wire: Wire, stream: Stream, limit: Limit, *, rebuild: bool) -> None:
    """The limit, and what nothing may know of any more. A sequence that moves has built anew what
    is made of the stream."""
    of_stream, key = "source = ? and stream = ?", [stream.source, stream.name]
    _note_limit(wire, stream, limit)
    marks = ", ".join("?" for _ in limit.keys)
    for table in ("held_values", "hidden_fields"):
        wire.run(
            f"delete from ops.{table} where {of_stream} and field not in ({marks})",
            [*key, *limit.keys],
        )
    for (state,) in wire.rows(f"select state from ops.extract_state where {of_stream}", key):
        wire.run(
            f"update ops.extract_state set state = ?, change_seq = change_seq + ? where {of_stream}",
            [json.dumps(without(json.loads(state), limit)), int(rebuild), *key],
        )
