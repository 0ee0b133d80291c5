"""The SQL with which gathered rows become raw tables: upload, COPY, one MERGE a stream."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from revops_pipeline.sources.stream import Mode
from revops_pipeline.sources.times import TOLERANCE
from revops_pipeline.warehouse.base import Counts
from revops_pipeline.warehouse.snowflake_gathered import Share
from revops_pipeline.warehouse.snowflake_tables import STAGE, create_working_tables
from revops_pipeline.warehouse.snowflake_wire import Wire

_NAMES = (
    *("id", "document", "source_updated_at", "content_hash"),
    *("deleted_at", "run_id", "loaded_at"),
)
_LIST = ", ".join(_NAMES)
_CAST = {
    "batch": "$1:batch::number(9, 0)",
    "place": "$1:place::number(18, 0)",
    "updated": "$1:updated::varchar::timestamp_ntz",
    "deleted": "$1:deleted::varchar::timestamp_ntz",
    "guessed": "$1:guessed::boolean",
    "odd": "$1:odd::boolean",
}
_LANDING = (
    *("stream", "kind", "batch", "place", "id"),
    *("document", "updated", "deleted", "content_hash", "guessed", "odd"),
)


def stage_rows(wire: Wire, files: Sequence[Path]) -> None:
    """Fills the working tables of this session; nobody else sees them. Ends before the
    transaction begins, for making them commits."""
    create_working_tables(wire)
    if not files:
        return
    place = f"{STAGE}/{uuid.uuid4().hex}"
    for path in files:
        wire.run(f"put 'file://{path}' @{place} auto_compress = false")
    columns = ", ".join(_CAST.get(name, f"$1:{name}::varchar") for name in _LANDING)
    wire.run(
        f"copy into ops.landing ({', '.join(_LANDING)}) from (select {columns} from @{place}/) "
        "file_format = (type = parquet) purge = true"
    )


def land_share(wire: Wire, share: Share, run_id: str, now: datetime, clock: datetime) -> Counts:
    """One stream's rows, inside the caller's transaction. What a row replaces goes to history."""
    counts = _merge(wire, share, run_id, now, clock) if share.rows else Counts()
    counts.emptied = _emptied(wire, share)
    if conditions := _deletions(share):
        counts.deleted += _delete(wire, share, " or ".join(conditions), run_id, now)
    return counts


def _merge(wire: Wire, share: Share, run_id: str, now: datetime, clock: datetime) -> Counts:
    """Writes the rows that differ and are not older. A stored version that is ahead of the clock
    counts as one that cannot be used."""
    table = share.stream.table
    written = wire.run(
        f"""
        insert into ops.changes (stream, {_LIST}, replaces, gone)
        with newest as ({_newest(share)})
        select
            '{share.stream.name}', n.id, parse_json(n.document), n.updated, n.content_hash,
            n.deleted, ?, ?, r.id is not null, false
        from newest n
        left join raw.{table} r on r.id = n.id
        where r.id is null
            or (
                (
                    r.content_hash <> n.content_hash
                    or (
                        r.deleted_at is distinct from n.deleted
                        and not (n.guessed and r.deleted_at is not null)
                    )
                )
                and (
                    r.source_updated_at is null
                    or n.updated is null
                    or n.updated >= r.source_updated_at
                    or r.source_updated_at > ?
                )
            )""",
        [run_id, now, clock + TOLERANCE],
        about=f"raw.{table}",
    )
    updated = _to_history(wire, share, "c.replaces", now) if written else 0
    if written:
        changed = (
            f"select c.* from ops.changes c where c.stream = '{share.stream.name}' and not c.gone"
        )
        wire.run(
            f"""
            merge into raw.{table} r using ({changed}) c on r.id = c.id
            when matched then update set {", ".join(f"r.{n} = c.{n}" for n in _NAMES[1:])}
            when not matched then insert ({_LIST}) values ({", ".join(f"c.{n}" for n in _NAMES)})""",
            about=f"raw.{table}",
        )
    return Counts(written - updated, updated, 0, share.rows - written)


def _newest(share: Share) -> str:
    """One row an id: the latest version, the later read among equals. Of a parent's children only
    those count that came when it was read last, unless it then came without any and without a word."""
    name = share.stream.name
    outdated, joined = "", ""
    if share.odd:  # one whose version cannot be used replaces what came before
        joined = (
            "left join (select o.id, max(o.batch) as batch from ops.landing o where o.stream = "
            f"'{name}' and o.kind = 'row' and o.odd group by o.id) o on o.id = i.id"
        )
        outdated = "and (o.batch is null or i.batch >= o.batch)"
    if share.stream.mode is Mode.CHILDREN:
        for alias, id_ in (("g", _GROUP.format("i")), ("p", _PARENT.format("i"))):
            joined += f" left join ({_told(share)}) {alias} on {alias}.id = {id_}"
            outdated += f" and ({alias}.batch is null or i.batch >= {alias}.batch)"
    return f"""
        select i.id, i.document, i.updated, i.deleted, i.content_hash, i.guessed
        from ops.landing i
        {joined}
        where i.stream = '{name}' and i.kind = 'row' {outdated}
        qualify row_number() over (
            partition by i.id order by i.updated desc nulls last, i.batch desc, i.place desc
        ) = 1"""


def _told(share: Share) -> str:
    """When a parent's children were told last, or that there are none."""
    name = share.stream.name
    return (
        f"select t.id, max(t.batch) as batch from (select {_GROUP.format('c')} as id, c.batch "
        f"from ops.landing c join ops.landing o on o.stream = '{name}' and o.kind = 'parent' "
        f"and o.batch = c.batch and o.id = {_PARENT.format('c')} "
        f"where c.stream = '{name}' and c.kind = 'row' union all "
        f"select e.id, e.batch from ops.landing e where e.stream = '{name}' and e.kind = 'empty') t "
        "group by t.id"
    )


_PARENT = "split_part({}.id, ':', 1)"


_GROUP = "regexp_replace({}.id, ':[^:]*$', '')"
"""All of a child's id before its last colon."""


def _unsaid(share: Share) -> str:
    """Whether a parent came without children, and not by the vendor's own word."""
    empty = f"select l.id from ops.landing l where l.stream = '{share.stream.name}' and l.kind = 'empty'"
    there = f"select {_GROUP.format('n')} from ({_newest(share)}) n"
    group, parent = _GROUP.format("r"), _PARENT.format("r")
    return f"{group} not in ({there}) and {group} not in ({empty}) and {parent} not in ({empty})"


def _emptied(wire: Wire, share: Share) -> list[str]:
    """The parents that keep the children that are stored."""
    if not share.parents or share.stream.mode is not Mode.CHILDREN:
        return []
    named = f"select l.id from ops.landing l where l.stream = '{share.stream.name}' and l.kind"
    found = wire.rows(
        f"select distinct {_GROUP.format('r')} from raw.{share.stream.table} r "
        f"where r.deleted_at is null and {_PARENT.format('r')} in ({named} = 'parent') "
        f"and {_unsaid(share)}"
    )
    return sorted(group for (group,) in found)


def _deletions(share: Share) -> list[str]:
    """What makes a live row a deleted one."""
    named = f"select l.id from ops.landing l where l.stream = '{share.stream.name}' and l.kind"
    found = []
    if share.parents and share.stream.mode is Mode.CHILDREN:
        there = f"select n.id from ({_newest(share)}) n"
        found.append(
            f"({_PARENT.format('r')} in ({named} = 'parent') and r.id not in ({there}) "
            f"and not ({_unsaid(share)}))"
        )
    if share.gone:
        found.append(f"r.id in ({named} = 'gone')")
    if share.many:
        found.append(f"right(md5(r.id), 16) not in ({named} = 'key')")
    elif share.snapshot:
        found.append(f"r.id not in ({named} = 'keep')")
    return found


def _delete(wire: Wire, share: Share, condition: str, run_id: str, now: datetime) -> int:
    """Marks the live rows for which the condition holds as deleted."""
    name, table = share.stream.name, share.stream.table
    gone = wire.run(
        "insert into ops.changes (stream, id, replaces, gone) "
        f"select '{name}', r.id, true, true from raw.{table} r "
        f"where r.deleted_at is null and ({condition})",
        about=f"raw.{table}",
    )
    if gone:
        _to_history(wire, share, "c.gone", now)
        wire.run(
            f"update raw.{table} set deleted_at = ?, run_id = ?, loaded_at = ? where id in "
            f"(select c.id from ops.changes c where c.stream = '{name}' and c.gone)",
            [now, run_id, now],
            about=f"raw.{table}",
        )
    return gone


def _to_history(wire: Wire, share: Share, condition: str, now: datetime) -> int:
    table = share.stream.table
    return wire.run(
        f"insert into raw.{table}_history ({_LIST}, valid_from, valid_to) "
        f"select {', '.join(f'r.{name}' for name in _NAMES)}, r.loaded_at, ? "
        f"from raw.{table} r join ops.changes c on c.id = r.id "
        f"where c.stream = '{share.stream.name}' and {condition}",
        [now],
        about=f"raw.{table}",
    )
