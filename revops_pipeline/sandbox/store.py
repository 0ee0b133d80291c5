"""Records of one object type, with the indexes that make pages and searches cheap."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator

from revops_pipeline.sandbox.clock import iso
from revops_pipeline.sandbox.schema import ObjectType, Property, default_properties, new_property


class Record:
    """One object. `created`, `modified` and `archived` are epoch milliseconds; ids are numbers
    here and text in every answer."""

    __slots__ = ("archived", "created", "id", "modified", "properties")

    def __init__(
        self, id_: int, properties: dict[str, str | None], created: int, modified: int
    ) -> None:
        self.id = id_
        self.properties = properties
        self.created = created
        self.modified = modified
        self.archived: int | None = None


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
        self.definitions: dict[str, Property] = default_properties(kind.name)
        self.next_id = kind.first_id
        self._by_modified: list[tuple[int, int]] | None = None
        self._by_email: dict[str, int] | None = None

    def load(self, records: Iterable[Record]) -> None:
        """Take generated records, in ascending order of id, into an empty store."""
        for record in records:
            self.records[record.id] = record
            (self.live_ids if record.archived is None else self.archived_ids).append(record.id)
            self.next_id = record.id + 1

    def add(self, record: Record) -> None:
        self.records[record.id] = record
        self.next_id = max(self.next_id, record.id + 1)
        record.properties["hs_object_id"] = str(record.id)
        record.properties["createdate"] = iso(record.created)
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
        record.modified = modified
        record.properties.update(properties)
        record.properties[self.kind.modified] = iso(modified)
        self._define(properties)

    def current(self, id_: int) -> Record | None:
        """The record with this id, or the one it was merged into."""
        while id_ in self.merged:
            id_ = self.merged[id_]
        return self.records.get(id_)

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
