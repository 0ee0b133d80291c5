"""Records of one object type, with the indexes that make pages and searches cheap."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from revops_pipeline.sandbox import history
from revops_pipeline.sandbox.clock import iso
from revops_pipeline.sandbox.schema import ObjectType, Property, default_properties, new_property

LONGEST_LAG_MS: Final = 3_600_000
"""How far back the search index may lie: the longest delay that has been reported is an hour."""


class Record:
    """One object. `created`, `modified` and `archived` are epoch milliseconds; ids are numbers
    here and text in every answer. `history` is None while a generated record is as generated."""

    __slots__ = ("archived", "created", "history", "id", "modified", "properties")

    def __init__(
        self, id_: int, properties: dict[str, str | None], created: int, modified: int
    ) -> None:
        self.id = id_
        self.properties = properties
        self.created = created
        self.modified = modified
        self.archived: int | None = None
        self.history: dict[str, list[history.Version]] | None = None

    def copy(self) -> Record:
        """The record as it is now, without its history."""
        same = Record(self.id, dict(self.properties), self.created, self.modified)
        same.archived = self.archived
        return same


class Store:
    """All records of one type. Lists of ids are kept sorted as numbers, the order of HubSpot's
    list pages. Callers hold the portal's lock and drop cached answers after a change."""

    def __init__(self, kind: ObjectType) -> None:
        self.kind = kind
        self.records: dict[int, Record] = {}
        self.live_ids: list[int] = []
        self.archived_ids: list[int] = []
        self.merged: dict[int, int] = {}
        """Ids that a merge replaced, and by what (which may itself have been merged since)."""
        self.deleted: set[int] = set()
        """Ids of records that are gone for ever."""
        self.definitions: dict[str, Property] = default_properties(kind.name)
        self.next_id = kind.first_id
        self._by_modified: list[tuple[int, int]] | None = None
        self._by_email: dict[str, int] | None = None
        self._journal: deque[tuple[int, int, Record | None]] = deque()

    def load(self, records: Iterable[Record]) -> None:
        """Take generated records, in ascending order of id, into an empty store."""
        for record in records:
            self.records[record.id] = record
            (self.live_ids if record.archived is None else self.archived_ids).append(record.id)
            self.next_id = record.id + 1

    def add(self, record: Record) -> None:
        self.records[record.id] = record
        if record.history is None:
            record.history = {}
        self.next_id = max(self.next_id, record.id + 1)
        record.properties["hs_object_id"] = str(record.id)
        record.properties[self.kind.created] = iso(record.created)
        record.properties[self.kind.modified] = iso(record.modified)
        self._define(record.properties)
        self.enlist(record)

    def enlist(self, record: Record) -> None:
        """Make a record findable, among the live or the archived ones."""
        insort(self.live_ids if record.archived is None else self.archived_ids, record.id)
        if record.archived is not None:
            return
        if self._by_modified is not None:
            insort(self._by_modified, (record.modified, record.id))
        email = record.properties.get("email")
        if self._by_email is not None and email:
            self._by_email.setdefault(email.strip().lower(), record.id)

    def delist(self, record: Record) -> None:
        """The opposite of `enlist`; the record itself stays."""
        ids = self.live_ids if record.archived is None else self.archived_ids
        del ids[bisect_left(ids, record.id)]
        if record.archived is not None:
            return
        if self._by_modified is not None:
            index = self._by_modified
            del index[bisect_left(index, (record.modified, record.id))]
        if record.properties.get("email"):
            self._by_email = None

    def change(self, record: Record, properties: dict[str, str | None], modified: int) -> None:
        """Set some properties of a live record and stamp it."""
        if properties.get("email", "") != record.properties.get("email", ""):
            self._by_email = None
        if self._by_modified is not None:
            index = self._by_modified
            del index[bisect_left(index, (record.modified, record.id))]
            insort(index, (modified, record.id))
        history.note(self.kind.name, record, properties, modified)
        record.modified = modified
        record.properties.update(properties)
        record.properties[self.kind.modified] = iso(modified)
        self._define(properties)

    def remember(self, id_: int, now: int) -> None:
        """Keep what the search index says of a record that is about to change."""
        while self._journal and self._journal[0][0] < now - LONGEST_LAG_MS:
            self._journal.popleft()
        record = self.records.get(id_)
        live = record is not None and record.archived is None
        self._journal.append((now, id_, record.copy() if live and record else None))

    def outdated(self, cutoff: int) -> dict[int, Record | None]:
        """Records that have changed after an instant, as they were then (None: not live)."""
        before: dict[int, Record | None] = {}
        for at, id_, record in reversed(self._journal):
            if at <= cutoff:
                break
            before[id_] = record
        return before

    def current(self, id_: int) -> Record | None:
        """The record with this id, or the one it was merged into."""
        return self.records.get(self.survivor(id_))

    def survivor(self, id_: int) -> int:
        """The id that stands for this one after every merge; it may be gone since."""
        while id_ in self.merged:
            id_ = self.merged[id_]
        return id_

    def with_email(self, email: str) -> Record | None:
        if self._by_email is None:
            self._by_email = {}
            for id_ in self.live_ids:
                value = self.records[id_].properties.get("email")
                if value:
                    self._by_email.setdefault(value.strip().lower(), id_)
        found = self._by_email.get(email.strip().lower())
        return None if found is None else self.records[found]

    def modified_between(self, low: int | None, high: int | None) -> list[int]:
        """Ids of live records last changed in `low`..`high` (both inclusive, None: open),
        oldest change first. Costs what it returns, not what the store holds."""
        if self._by_modified is None:
            self._by_modified = sorted((self.records[i].modified, i) for i in self.live_ids)
        index = self._by_modified
        start = 0 if low is None else bisect_left(index, (low, -1))
        stop = len(index) if high is None else bisect_right(index, (high, 1 << 62))
        return [id_ for _, id_ in index[start:stop]]

    def live(self) -> Iterator[Record]:
        return map(self.records.__getitem__, self.live_ids)

    def _define(self, properties: Iterable[str]) -> None:
        for name in properties:
            if name not in self.definitions:
                self.definitions[name] = new_property(self.kind.name, name)
