"""A HubSpot portal in memory: its records and associations, and every way they can change.

All changes go through these methods, from the HTTP server and from tests alike; they take one lock
and may be called from any thread. Edits are stamped with the real time unless told otherwise.
What HubSpot does *not* stamp is not stamped here: archiving, restoring and association changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from revops_pipeline.sandbox.clock import Instant, now_ms, to_ms
from revops_pipeline.sandbox.errors import Refusal, not_found
from revops_pipeline.sandbox.schema import ASSOCIATION_TYPE_IDS, COMPANIES, PLAIN, Property
from revops_pipeline.sandbox.state import PortalState
from revops_pipeline.sandbox.store import Record

Properties = Mapping[str, object]


class Portal(PortalState):
    """See `PortalState` for the options, which may all be changed at run time."""

    @classmethod
    def generate(
        cls, contacts: int = 1500, companies: int = 300, deals: int = 600, seed: int = 7
    ) -> Portal:
        """A portal of fictional but coherent records, the same for the same arguments. Archived
        and merged records come on top of the live ones asked for."""
        from revops_pipeline.sandbox.generate import generate

        return generate(contacts, companies, deals, seed)

    @classmethod
    def empty(cls, portal_id: int = 10_000_001) -> Portal:
        """A portal with owners, properties and a deal pipeline, and no records."""
        from revops_pipeline.sandbox.product import Product

        return cls(portal_id, Product())

    def define(self, type_: str, definition: Property) -> None:
        """Add (or replace) a property definition."""
        with self.lock:
            self.store(type_).definitions[str(definition["name"])] = definition
            self.views.clear()
            self.version += 1

    def create(
        self,
        type_: str,
        properties: Properties,
        associations: Mapping[str, Iterable[str | int]] | None = None,
        modified_at: Instant | None = None,
    ) -> str:
        """Add a record and return its id. `associations` maps a type to ids; the first company of
        a contact or a deal becomes its primary one. A property the portal lacks is defined."""
        store = self.store(type_)
        with self.lock:
            stamp = now_ms() if modified_at is None else to_ms(modified_at)
            record = Record(store.next_id, self._values(store, properties), stamp, stamp)
            self._add(store, record)
            for to_type, ids in (associations or {}).items():
                for position, to_id in enumerate(ids):
                    primary = position == 0 and self.store(to_type).kind is COMPANIES
                    self.associate(type_, record.id, to_type, to_id, primary=primary)
            return str(record.id)

    def update(
        self,
        type_: str,
        id_: str | int,
        properties: Properties,
        modified_at: Instant | None = None,
    ) -> None:
        with self.lock:
            store, record = self.store(type_), self.get(type_, id_)
            stamp = now_ms() if modified_at is None else to_ms(modified_at)
            known = len(store.definitions)
            store.change(record, self._values(store, properties), stamp)
            self._changed(store.kind.name, record.id, new_property=len(store.definitions) > known)

    def archive(self, type_: str, id_: str | int, archived_at: Instant | None = None) -> None:
        """Move a record to the recycling bin. Its modified date stays."""
        with self.lock:
            store, record = self.store(type_), self.get(type_, id_)
            store.delist(record)
            record.archived = now_ms() if archived_at is None else to_ms(archived_at)
            store.enlist(record)
            self._changed(store.kind.name, record.id, neighbours=True)

    def restore(self, type_: str, id_: str | int) -> None:
        """Take a record out of the recycling bin, with its associations. Its modified date stays."""
        with self.lock:
            store, record = self.store(type_), self.get(type_, id_, archived=True)
            store.delist(record)
            record.archived = None
            store.enlist(record)
            self._changed(store.kind.name, record.id, neighbours=True)

    def delete_forever(self, type_: str, id_: str | int) -> None:
        """Remove a live or archived record as if it had never been."""
        with self.lock:
            store = self.store(type_)
            record = store.current(int(id_)) if str(id_).isdigit() else None
            if record is None:
                raise not_found(store.kind.singular, id_)
            self._changed(store.kind.name, record.id, neighbours=True)
            self._unlink(store.kind.name, record.id)
            store.delist(record)
            del store.records[record.id]

    def merge(
        self, type_: str, primary: str | int, other: str | int, modified_at: Instant | None = None
    ) -> str:
        """Merge `other` into `primary` and return the id of the result. The primary's values win,
        the other's fill its gaps; associations move; both old ids lead to the result."""
        with self.lock:
            store = self.store(type_)
            kept, lost = self.get(type_, primary), self.get(type_, other)
            if kept is lost:
                raise Refusal(400, f"Cannot merge {store.kind.singular} {primary} with itself.")
            values = {k: v for k, v in lost.properties.items() if v not in (None, "")}
            values |= {k: v for k, v in kept.properties.items() if v not in (None, "")}
            if lost.properties.get("email") and store.kind.name == "contacts":
                values["hs_additional_emails"] = lost.properties["email"]
            gone = [kept, lost] if self.merge_mints_new_id else [lost]
            old = [kept.properties, lost.properties] if len(gone) == 2 else [lost.properties]
            history = [part for p in old if (part := p.get("hs_merged_object_ids"))]
            if len(gone) == 1 and (before := kept.properties.get("hs_merged_object_ids")):
                history.insert(0, before)
            values["hs_merged_object_ids"] = ";".join([*history, *(str(r.id) for r in gone)])
            stamp = now_ms() if modified_at is None else to_ms(modified_at)
            if self.merge_mints_new_id:
                result = Record(store.next_id, values, min(kept.created, lost.created), stamp)
                self._add(store, result)
            else:
                result = kept
                store.change(kept, values, stamp)
            for record in gone:
                self._absorb(store, record, result)
            self._changed(store.kind.name, result.id, neighbours=True)
            return str(result.id)

    def associate(
        self,
        from_type: str,
        from_id: str | int,
        to_type: str,
        to_id: str | int,
        primary: bool = False,
        label: str | None = None,
    ) -> None:
        """Associate two live records, or add to what they already are to each other. A new primary
        company replaces the former one. No modified date changes, as in HubSpot."""
        with self.lock:
            if primary and not self._has_primary(from_type, to_type):
                raise Refusal(400, f"{from_type} and {to_type} have no primary association.")
            start, end = self.get(from_type, from_id), self.get(to_type, to_id)
            a, b = self.store(from_type).kind.name, self.store(to_type).kind.name
            if (a, b) not in ASSOCIATION_TYPE_IDS:
                raise Refusal(400, f"{a} cannot be associated with {b}.")
            was_primary, labels = self.associations.of(a, b, start.id).get(end.id, PLAIN)
            if label is not None and label not in labels:
                labels = (*labels, label)
            self.associations.put(a, start.id, b, end.id, (primary or was_primary, labels))
            self._associated(a, start.id, b, end.id)

    def dissociate(
        self, from_type: str, from_id: str | int, to_type: str, to_id: str | int
    ) -> None:
        """Remove every association between two records; nothing happens when there is none."""
        with self.lock:
            start, end = self.get(from_type, from_id), self.get(to_type, to_id)
            a, b = self.store(from_type).kind.name, self.store(to_type).kind.name
            if self.associations.remove(a, start.id, b, end.id):
                self._associated(a, start.id, b, end.id)
