"""Who was erased, and what becomes of it when a vendor sends it again.

Only hashes are kept, with a salt that lies beside them: of the address (`ops.erasures`) and of the ids of
the records that went (`ops.erased_records`). A record that is recognised by one of them counts as read
wherever reads are counted, and is not stored, nor is what hangs on it; in other records the address
becomes `[erased]`. Where nobody was erased, a landing asks nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from revops_pipeline.sources.email_text import cleaned
from revops_pipeline.sources.id_set import IdSet
from revops_pipeline.sources.people import CHILDREN, PEOPLE, Key
from revops_pipeline.sources.stream import Reject, Rows
from revops_pipeline.sources.vendor_json import Unreadable, loads
from revops_pipeline.warehouse.base import Batch, Entries, Session, table_exists
from revops_pipeline.warehouse.books import ERASED_RECORDS, ERASURES, RECORD_COLUMNS, utc_now

_MAY_HOLD = (b"@", b"%40", b"&#")


def hashed(salt: str, text: str) -> str:
    return hashlib.sha256(f"{salt}:{text}".encode()).hexdigest()


def record_row(salt: str, key: Key, id_: str, address: str, now: datetime) -> tuple[Any, ...]:
    """A row of `ops.erased_records`; `address` is a hash already."""
    return (*key, id_hash(salt, key, id_), address, now)


def id_hash(salt: str, key: Key, id_: str) -> str:
    return hashed(salt, ":".join((*key, id_)))


class Erasures:
    """Of one source, while it is loaded."""

    def __init__(self, source: str, log: Callable[[str], None]) -> None:
        self._source, self._log = source, log
        self._salt = ""
        self._hash_of: Callable[[str], str] = str
        self._addresses: set[str] = set()
        self._records: dict[Key, dict[str, str]] = {}
        self._new: list[tuple[Any, ...]] = []
        self._met: dict[Key, set[str]] = {}
        self._renamed: set[str] = set()  # ids that held an address, as they are stored
        self._again, self._texts = Counter[str](), Counter[str]()

    def read(self, session: Session) -> None:
        """Whenever the warehouse was open to others."""
        if not table_exists(session, ERASURES):
            return
        found = session.query(f"select address_hash, salt from {ERASURES}")
        self._addresses = {str(address) for address, _ in found}
        if not found:
            return
        self._salt = str(found[0][1])
        self._hash_of = lru_cache(50_000)(lambda address: hashed(self._salt, address))
        for stream, id_, address in session.query(
            f"select stream, id_hash, address_hash from {ERASED_RECORDS} where source = ?",
            [self._source],
        ):
            self._records.setdefault((self._source, str(stream)), {})[str(id_)] = str(address)

    def take(self, batches: Sequence[Batch], session: Session) -> None:
        """Takes out of the batches what is not to be stored; people first, then what hangs on them.
        The ids under which somebody came anew are kept."""
        if not self._addresses:
            return
        for batch in sorted(batches, key=lambda b: _key(b) not in PEOPLE):
            kept = self._kept(_key(batch), batch.rows)
            batch.rows = self._cleaned(_key(batch), kept)
            if isinstance(batch.snapshot, IdSet):  # keys of ids, which cannot be told from others
                batch.snapshot.update(self._renamed)
            elif batch.snapshot is not None:
                batch.snapshot = [self.text(i) for i in batch.snapshot]
        new, self._new = self._new, []
        if new:
            session.append(Entries(ERASED_RECORDS, RECORD_COLUMNS, new))

    def text(self, text: str) -> str:
        return cleaned(text, self._is_erased)

    def finish(self, session: Session) -> None:
        """Says what was not stored, and takes away what was stored of it before it was recognised."""
        if self._met:
            from revops_pipeline.warehouse.erase import erase_children, still_stored

            session.settle()
            erase_children(session, self._met)
            for (_, stream), ids in still_stored(session, self._met).items():
                self._log(
                    f"{stream}: {', '.join(sorted(ids))} came with the address of somebody who was "
                    "erased. It is not stored, but what was stored of it before is: `revops erase` "
                    "with that address takes it away"
                )
            self._met = {}
        for stream, count in self._again.items():
            self._log(
                f"{stream}: records of people who were erased that were sent again: {count}. They "
                "count as read and are not stored (ops.erasures)"
            )
        for stream, count in self._texts.items():
            self._log(f"{stream}: records in which an erased address became [erased]: {count}")

    def _is_erased(self, address: str) -> bool:
        return self._hash_of(address) in self._addresses

    def _kept(self, key: Key, rows: Rows) -> Rows:
        """The rows without those that are of somebody who was erased."""
        of = [self._owner(key, id_, rows.documents[i]) for i, id_ in enumerate(rows.ids)]
        gone = {id_ for id_, owner in zip(rows.ids, of, strict=True) if owner}
        if key in self._records and rows.rejects:
            gone |= {r.id for r in rows.rejects if self._known(key, r.id)}
        if not gone:
            return rows
        self._again[key[1]] += len(gone)
        kept = [i for i, owner in enumerate(of) if not owner]
        return replace(
            rows,
            ids=[rows.ids[i] for i in kept],
            documents=[rows.documents[i] for i in kept],
            updated=[rows.updated[i] for i in kept],
            deleted=[rows.deleted[i] for i in kept],
            rejects=[r for r in rows.rejects if r.id not in gone],
        )

    def _owner(self, key: Key, id_: str, document: bytes) -> str | None:
        """The hash of the address of the person whom the record is of, if he was erased."""
        if people := PEOPLE.get(key):
            if known := self._known(key, id_):
                return known
            if not _may_hold(document):
                return None
            for address in people.addresses(_parsed(document)):
                if self._is_erased(address):
                    return self._learn(key, id_, self._hash_of(address))
        elif (child := CHILDREN.get(key)) and child.of in self._records:
            parent = child.parent(_parsed(document))
            return self._known(child.of, parent) if parent else None
        return None

    def _known(self, key: Key, id_: str) -> str | None:
        records = self._records.get(key)
        return records.get(id_hash(self._salt, key, id_)) if records else None

    def _learn(self, key: Key, id_: str, address: str) -> str:
        self._records.setdefault(key, {})[id_hash(self._salt, key, id_)] = address
        self._new.append(record_row(self._salt, key, id_, address, utc_now()))
        self._met.setdefault(key, set()).add(id_)
        return address

    def _cleaned(self, key: Key, rows: Rows) -> Rows:
        changed = 0
        documents = list(rows.documents)
        for place, document in enumerate(documents):
            if _may_hold(document):
                text = document.decode("utf-8", "surrogatepass")
                if (without := self.text(text)) != text:
                    documents[place] = without.encode("utf-8", "surrogatepass")
                    changed += 1
        if changed:
            self._texts[key[1]] += changed
        rejects = [self._reject(reject) for reject in rows.rejects]
        ids, gone, parents, empty = (
            [self.text(i) if "@" in i else i for i in each]
            for each in (rows.ids, rows.gone, rows.parents, rows.empty)
        )
        self._renamed.update(set(ids).difference(rows.ids))
        return replace(
            rows,
            ids=ids,
            documents=documents,
            parents=parents,
            gone=gone,
            rejects=rejects,
            empty=empty,
        )

    def _reject(self, reject: Reject) -> Reject:
        return replace(reject, id=self.text(reject.id), value=self.text(reject.value))


def _key(batch: Batch) -> Key:
    return batch.stream.source, batch.stream.name


def _may_hold(document: bytes) -> bool:
    return any(sign in document for sign in _MAY_HOLD)


def _parsed(document: bytes) -> dict[str, Any]:
    try:
        found = loads(document)
    except Unreadable:
        return {}
    return found if isinstance(found, dict) else {}


def portions(values: Iterable[Any], size: int = 200) -> Iterable[list[Any]]:
    listed = list(values)
    return (listed[i : i + size] for i in range(0, len(listed), size))
