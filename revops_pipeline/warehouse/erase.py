"""Erasing a person: what is his goes from every version of the records, the address from all others.

All of it is computed first and then done in one transaction, together with the hashes by which the
person is recognised when a vendor sends him again: a kill leaves either everything or nothing of it.
Nothing here knows a warehouse; how its documents are read and written its session says.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import xxhash

from revops_pipeline.sources.catalog import ALL_STREAMS
from revops_pipeline.sources.email_text import cleaned
from revops_pipeline.sources.people import CHILDREN, PEOPLE, Key, People, one_person
from revops_pipeline.sources.stream import Stream
from revops_pipeline.sources.vendor_json import loads
from revops_pipeline.warehouse.base import Session
from revops_pipeline.warehouse.books import (
    ERASED_RECORDS,
    ERASURE_COLUMNS,
    ERASURES,
    LINK_CHANGES,
    LINK_OVERRIDES,
    RECORD_COLUMNS,
    utc_now,
)
from revops_pipeline.warehouse.erase_where import (
    cells,
    marks,
    may_hold,
    needle,
    raw_tables,
    table_of,
    text_columns,
)
from revops_pipeline.warehouse.erasures import (
    hashed,
    id_hash,
    portions,
    record_row,
)

Statement = tuple[str, Sequence[Any]]
_OUR_BOOKS = (ERASURES, ERASED_RECORDS)


@dataclass(slots=True)
class Found:
    """What is stored of a person. `records` are his, `children` hang on them, `texts` are those in
    which his address stands: by stream, their ids. `again`: he was erased before."""

    address: str
    salt: str
    again: bool = False
    records: dict[Key, set[str]] = field(default_factory=dict)
    children: dict[Key, set[str]] = field(default_factory=dict)
    texts: dict[Key, set[str]] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)

    @property
    def hash(self) -> str:
        return hashed(self.salt, self.address)

    def erased(self, address: str) -> bool:
        return address == self.address


def find(session: Session, address: str) -> Found:
    """All that is to be done about an address, as `normal` gives it; changes nothing but tables that
    are missing."""
    session.ensure(ALL_STREAMS)
    salts = session.query(f"select salt, address_hash from {ERASURES}")
    found = Found(address, str(salts[0][0]) if salts else secrets.token_hex(16))
    found.again = any(known == found.hash for _, known in salts)
    for key, people in PEOPLE.items():
        if ids := _records(session, found, key, people):
            found.records[key] = ids
    found.children = _children(session, found.records)
    _plan(session, found)
    return found


def apply(session: Session, found: Found) -> None:
    """In one transaction. From here on the bytes of what goes are not to be found in the file."""
    session.rewrite()
    session.transact(found.statements)


def finish(session: Session, found: Found) -> None:
    """Says that nothing is left anywhere."""
    session.transact(
        [(f"update {ERASURES} set finished_at = ? where address_hash = ?", [utc_now(), found.hash])]
    )


def erase_children(session: Session, records: Mapping[Key, Collection[str]]) -> None:
    """What was stored of people's associations before they were recognised."""
    children = _children(session, records)
    statements = [s for key, ids in children.items() for s in _deletions(session, key, ids)]
    if statements:
        session.rewrite()
        session.transact([*statements, *_bumped(children)])


def still_stored(
    session: Session, records: Mapping[Key, Collection[str]]
) -> dict[Key, Collection[str]]:
    found: dict[Key, Collection[str]] = {}
    for key, ids in records.items():
        stored = {
            str(id_)
            for part in portions(ids)
            for (id_,) in session.query(
                f"select id from raw.{table_of(key)} where id in ({marks(part)})", part
            )
        }
        if stored:
            found[key] = stored
    return found


def left(session: Session, address: str, schemas: Sequence[str]) -> list[str]:
    """Columns, as `schema.table.column`, in which the address stands yet."""
    found = []
    for table, column in text_columns(session, schemas):
        if any(cells(session, table, column, address)):
            found.append(f"{table}.{column}")
    return sorted(found)


def is_built(session: Session) -> bool:
    """Whether there are tables that were made of the records."""
    return bool(
        session.query(
            "select 1 from information_schema.tables where lower(table_schema) in "
            "('staging', 'marts') and table_catalog = current_database() limit 1"
        )
    )


# -- whose records they are ------------------------------------------------------------------------


def _records(session: Session, found: Found, key: Key, people: People) -> set[str]:
    """Those whose newest version has the address; those that were erased by it before and are there;
    and those with which they were merged."""
    table, document = f"raw.{table_of(key)}", session.as_text("document")
    newest = (
        f"select id, document from {table} union all select id, document from ("
        f"select id, document from {table}_history where id not in (select id from {table}) "
        "qualify row_number() over (partition by id order by valid_to desc) = 1) as gone"
    )
    ids = {
        str(id_)
        for id_, text in session.query(
            f"select id, {document} from ({newest}) as newest where {may_hold(document)}",
            [needle(found.address)],
        )
        if found.address in people.addresses(loads(str(text).encode("utf-8", "surrogatepass")))
    }
    for id_, name, value in session.query(
        f"select id, field, value from ops.held_values where source = ? and stream = ? "
        f"and {may_hold('value')}",
        [*key, needle(found.address)],
    ):
        parsed = {str(name): loads(str(value).encode())}
        if found.address in people.addresses({people.under: parsed} if people.under else parsed):
            ids.add(str(id_))
    if known := {
        str(h)
        for (h,) in session.query(
            f"select id_hash from {ERASED_RECORDS} where source = ? and stream = ? "
            "and address_hash = ?",
            [*key, found.hash],
        )
    }:
        stored = session.query(f"select id from {table} union select id from {table}_history")
        ids |= {str(id_) for (id_,) in stored if id_hash(found.salt, key, str(id_)) in known}
    if ids and people.merges:
        merged = session.text_at(people.merges)
        lists = session.query(f"select id, {merged} from {table} where {merged} is not null")
        ids = one_person(ids, {str(id_): str(others) for id_, others in lists})
    return ids


def _children(session: Session, records: Mapping[Key, Collection[str]]) -> dict[Key, set[str]]:
    """Whatever versions there are of what hangs on the records."""
    found: dict[Key, set[str]] = {}
    for key, child in CHILDREN.items():
        if not (ids := records.get(child.of)):
            continue
        parent, table = session.text_at((child.field,)), f"raw.{table_of(key)}"
        # A database may count its ids as floating point numbers.
        spelled = sorted({s for id_ in ids for s in (id_, f"{id_}.0")})
        typed = f" and {session.text_at((child.types[0],))} = ?" if child.types else ""
        more = [child.types[1]] if child.types else []
        for part in portions(spelled):
            for version in (table, f"{table}_history"):
                found.setdefault(key, set()).update(
                    str(id_)
                    for (id_,) in session.query(
                        f"select id from {version} where {parent} in ({marks(part)}){typed}",
                        [*part, *more],
                    )
                )
    return {key: ids for key, ids in found.items() if ids}


# -- what is to be done ----------------------------------------------------------------------------


def _plan(session: Session, found: Found) -> None:
    do = found.statements
    gone = {**found.records, **found.children}
    for key, ids in gone.items():
        do += _deletions(session, key, ids)
    for stream, table in raw_tables(session):
        do += _texts(session, found, stream, table, gone.get(_key(stream), set()))
    accounts = found.records.get(("salesforce", "accounts"), set())
    for book in (LINK_OVERRIDES, LINK_CHANGES):
        for part in portions(sorted(accounts)):
            for side in ("left", "right"):
                do.append(
                    (
                        f"delete from {book} where {side}_system = 'salesforce' "
                        f"and {side}_id in ({marks(part)})",
                        part,
                    )
                )
    for table, column in text_columns(session, ["ops"]):
        if table in _OUR_BOOKS:
            continue
        for cell, without in cells(session, table, column, found.address):
            do.append((f"update {table} set {column} = ? where {column} = ?", [without, cell]))
    do += _bumped({*gone, *found.texts})
    do += _noted(found)


def _noted(found: Found) -> Iterator[Statement]:
    now, records = utc_now(), _size(found.records) + _size(found.children)
    texts = _size(found.texts)
    for key, ids in found.records.items():
        for part in portions(sorted(ids)):
            rows = [record_row(found.salt, key, id_, found.hash, now) for id_ in part]
            yield _insert(ERASED_RECORDS, RECORD_COLUMNS, rows)
    if not found.again:
        row = (found.hash, found.salt, now, None, records, texts)
        yield _insert(ERASURES, ERASURE_COLUMNS, [row])
    else:
        yield (
            f"update {ERASURES} set finished_at = null, records = records + ?, texts = texts + ? "
            "where address_hash = ?",
            [records, texts, found.hash],
        )


def _insert(table: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> Statement:
    """By SELECT, which both warehouses take with parameters of unlike types."""
    selected = " union all ".join(f"select {marks(row)}" for row in rows)
    return (
        f"insert into {table} ({', '.join(columns)}) {selected}",
        [value for row in rows for value in row],
    )


def _deletions(session: Session, key: Key, ids: Collection[str]) -> Iterator[Statement]:
    for part in portions(sorted(ids)):
        for stream, table in raw_tables(session):
            if _key(stream) == key:
                yield f"delete from {table} where id in ({marks(part)})", part
        for book in ("ops.rejected_documents", "ops.held_values"):
            yield (
                f"delete from {book} where source = ? and stream = ? and id in ({marks(part)})",
                [*key, *part],
            )


def _texts(
    session: Session, found: Found, stream: Stream, table: str, gone: Collection[str]
) -> Iterator[Statement]:
    """The documents of others in which the address stands, and ids that were made of one."""
    document = session.as_text("document")
    changed = []
    for id_, digest, sent in session.query(
        f"select id, content_hash, {document} from {table} where {may_hold(document)} "
        f"or {may_hold('id')}",
        [needle(found.address)] * 2,
    ):
        if str(id_) in gone:
            continue
        text, name = cleaned(str(sent), found.erased), cleaned(str(id_), found.erased)
        if (text, name) != (str(sent), str(id_)):
            data = session.canonical(text)
            fresh = xxhash.xxh3_128_hexdigest(data.encode("utf-8", "surrogatepass"))
            changed.append((id_, digest, name, fresh, data))
            found.texts.setdefault(_key(stream), set()).add(str(id_))
    yield from (_restated(session, stream, table, part) for part in portions(changed, 50))


def _restated(
    session: Session, stream: Stream, table: str, rows: Sequence[Sequence[Any]]
) -> Statement:
    """`rows`: id and hash as they are, id, hash and document as they become."""
    of_id = ", ".join(f"{c} = {v}" for c, v in session.of_id(stream, table, "n.new_id").items())
    names = ("old_id", "old_hash", "new_id", "new_hash", "new_document")
    first = ", ".join(f"? as {name}" for name in names)
    listed = " union all ".join([f"select {first}", *(f"select {marks(names)}" for _ in rows[1:])])
    return (
        f"update {table} set {of_id}, content_hash = n.new_hash, "
        f"document = {session.as_document('n.new_document')} from ({listed}) as n "
        f"where {table}.id = n.old_id and {table}.content_hash = n.old_hash",
        [value for row in rows for value in row],
    )


def _bumped(keys: Iterable[Key]) -> Iterator[Statement]:
    """A sequence that moves has built anew what is made of the stream."""
    for key in sorted(set(keys)):
        yield (
            "update ops.extract_state set change_seq = change_seq + 1 "
            "where source = ? and stream = ?",
            key,
        )


def _key(stream: Stream) -> Key:
    return stream.source, stream.name


def _size(found: Mapping[Key, Collection[str]]) -> int:
    return sum(map(len, found.values()))
