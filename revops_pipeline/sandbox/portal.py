"""A HubSpot portal in memory: its records and associations, and every way they can change.

All changes go through these methods, from the HTTP server and from tests alike; they take one lock
and may be called from any thread. Edits are stamped by the portal's clock unless told otherwise.
What HubSpot does *not* stamp is not stamped here: archiving, restoring and association changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from revops_pipeline.sandbox import history
from revops_pipeline.sandbox.clock import Instant, iso, to_ms
from revops_pipeline.sandbox.errors import Refusal, not_found
from revops_pipeline.sandbox.schema import (
    ASSOCIATION_TYPE_IDS,
    COMPANIES,
    PLAIN,
    Property,
    default_pipelines,
)
from revops_pipeline.sandbox.state import PortalState
from revops_pipeline.sandbox.store import Record

Properties = Mapping[str, object]


class Portal(PortalState):
    """See `PortalState` for the options, which may all be changed at run time."""

    @classmethod
    def generate(
        cls,
        contacts: int = 1500,
        companies: int = 300,
        deals: int = 600,
        seed: int = 7,
        activities: int | None = None,
    ) -> Portal:
        """A portal of fictional but coherent records, the same for the same arguments. Archived
        and merged records come on top of the live ones asked for. `activities` are calls, e-mails,
        meetings, notes and tasks together (None: half as many as deals)."""
        from revops_pipeline.sandbox.generate import generate

        return generate(
            contacts, companies, deals, seed, deals // 2 if activities is None else activities
        )

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
            stamp = self.clock.now() if modified_at is None else to_ms(modified_at)
            record = Record(store.next_id, self._values(store, properties), stamp, stamp)
            self._add(store, record)
            for to_type, ids in (associations or {}).items():
                for position, to_id in enumerate(ids):
                    first = position == 0 and self.store(to_type).kind is COMPANIES
                    primary = first and self.has_primary(type_, to_type)
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
            stamp = self.clock.now() if modified_at is None else to_ms(modified_at)
            known = len(store.definitions)
            store.remember(record.id, self.clock.now())
            store.change(record, self._values(store, properties, record.properties), stamp)
            self._changed(store.kind.name, record.id, new_property=len(store.definitions) > known)

    def archive(self, type_: str, id_: str | int, archived_at: Instant | None = None) -> None:
        """Move a record to the recycling bin. Its modified date stays."""
        with self.lock:
            store, record = self.store(type_), self.get(type_, id_)
            store.remember(record.id, self.clock.now())
            store.delist(record)
            record.archived = self.clock.now() if archived_at is None else to_ms(archived_at)
            store.enlist(record)
            self._changed(store.kind.name, record.id, neighbours=True)

    def restore(self, type_: str, id_: str | int) -> None:
        """Take a record out of the recycling bin, with its associations. Its modified date stays."""
        with self.lock:
            store, record = self.store(type_), self.get(type_, id_, archived=True)
            store.remember(record.id, self.clock.now())
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
            store.remember(record.id, self.clock.now())
            self._changed(store.kind.name, record.id, neighbours=True)
            self._unlink(store.kind.name, record.id)
            store.delist(record)
            del store.records[record.id]
            store.deleted.add(record.id)

    def merge(
        self,
        type_: str,
        primary: str | int,
        other: str | int,
        modified_at: Instant | None = None,
        *,
        new_id: bool | None = None,
    ) -> str:
        """Merge `other` into `primary` and return the id of the result: a new one, or the primary's
        (None: as `merge_mints_new_id` says). The primary's values win, the other's fill its gaps;
        histories join, associations move, and the ids that are gone lead to the result."""
        with self.lock:
            store = self.store(type_)
            if not store.kind.mergeable:
                raise Refusal(400, f"{store.kind.name} cannot be merged.")
            mints = self.merge_mints_new_id if new_id is None else new_id
            kept, lost = self.get(type_, primary), self.get(type_, other)
            if kept is lost:
                raise Refusal(400, f"Cannot merge {store.kind.singular} {primary} with itself.")
            values = {k: v for k, v in lost.properties.items() if v not in (None, "")}
            values |= {k: v for k, v in kept.properties.items() if v not in (None, "")}
            if lost.properties.get("email") and store.kind.name == "contacts":
                values["hs_additional_emails"] = lost.properties["email"]
            gone = [kept, lost] if mints else [lost]
            old = [kept.properties, lost.properties] if len(gone) == 2 else [lost.properties]
            before = [part for p in old if (part := p.get("hs_merged_object_ids"))]
            if len(gone) == 1 and (own := kept.properties.get("hs_merged_object_ids")):
                before.insert(0, own)
            values["hs_merged_object_ids"] = ";".join([*before, *(str(r.id) for r in gone)])
            stamp = self.clock.now() if modified_at is None else to_ms(modified_at)
            past = history.joined(store.kind.name, values, stamp, lost, kept)
            if mints:
                result = Record(store.next_id, values, min(kept.created, lost.created), stamp)
                self._add(store, result)
            else:
                result = kept
                store.remember(kept.id, self.clock.now())
                store.change(kept, values, stamp)
            result.history = past
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
            if primary and not self.has_primary(from_type, to_type):
                raise Refusal(400, f"{from_type} and {to_type} have no primary association.")
            start, end = self.get(from_type, from_id), self.get(to_type, to_id)
            a, b = self.store(from_type).kind.name, self.store(to_type).kind.name
            if (a, b) not in ASSOCIATION_TYPE_IDS:
                raise Refusal(400, f"{a} cannot be associated with {b}.")
            was_primary, labels = self.associations.of(a, b, start.id).get(end.id, PLAIN)
            if label is not None and label not in labels:
                labels = (*labels, label)
            edge = (primary or was_primary, labels)
            former = self.associations.put(a, start.id, b, end.id, edge)
            self._associated(a, start.id, b, end.id, former)

    def dissociate(
        self, from_type: str, from_id: str | int, to_type: str, to_id: str | int
    ) -> None:
        """Remove every association between two records; nothing happens when there is none."""
        with self.lock:
            start, end = self.get(from_type, from_id), self.get(to_type, to_id)
            a, b = self.store(from_type).kind.name, self.store(to_type).kind.name
            if self.associations.remove(a, start.id, b, end.id):
                self._associated(a, start.id, b, end.id)

    def put_owner(
        self, id_: str | int, email: str, first_name: str = "", last_name: str = ""
    ) -> None:
        """Add an owner, or change one; one who had left is back."""
        with self.lock:
            owner = self._owner(id_)
            if owner is None:
                owner = {**self.owners[0], "id": str(id_), "userId": 5_000 + len(self.owners)}
                owner["userIdIncludingInactive"] = owner["userId"]
                owner["createdAt"] = iso(self.clock.now())
                self.owners.append(owner)
            owner |= {"email": email, "firstName": first_name, "lastName": last_name}
            owner |= {"archived": False, "updatedAt": iso(self.clock.now())}

    def archive_owner(self, id_: str | int) -> None:
        """Let an owner leave. HubSpot then tells of no active user id."""
        with self.lock:
            owner = self._owner(id_)
            if owner is None:
                raise Refusal(404, f"No owner exists with id {id_}.", "OBJECT_NOT_FOUND")
            owner |= {"archived": True, "updatedAt": iso(self.clock.now())}

    def put_stage(
        self,
        id_: str,
        label: str,
        probability: float,
        closed: bool = False,
        pipeline: str = "default",
    ) -> None:
        """Add a deal stage at the end of a pipeline, or change one. A pipeline that is not there
        is made."""
        with self.lock:
            now = iso(self.clock.now())
            found = next((p for p in self.pipelines["deals"] if p["id"] == pipeline), None)
            if found is None:
                found = {**default_pipelines()[0], "id": pipeline, "label": pipeline, "stages": []}
                found |= {"displayOrder": len(self.pipelines["deals"]), "createdAt": now}
                self.pipelines["deals"].append(found)
            stages: Any = found["stages"]
            stage = next((s for s in stages if s["id"] == id_), None)
            if stage is None:
                stage = {"id": id_, "displayOrder": len(stages), "createdAt": now}
                stages.append(stage)
            stage |= {
                "label": label,
                "metadata": {"isClosed": str(closed).lower(), "probability": str(probability)},
                "archived": False,
                "updatedAt": now,
                "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
            }
            stage.pop("archivedAt", None)

    def archive_stage(self, id_: str, pipeline: str = "default") -> None:
        """Take a stage out of use. Deals may still be in it, and the pipeline still lists it."""
        with self.lock:
            for found in self.pipelines["deals"]:
                stages: Any = found["stages"]
                for stage in stages:
                    if (found["id"], stage["id"]) == (pipeline, id_):
                        now = iso(self.clock.now())
                        stage |= {"archived": True, "archivedAt": now, "updatedAt": now}
                        return
            raise Refusal(404, f"No stage {id_} exists in pipeline {pipeline}.", "OBJECT_NOT_FOUND")

    def archive_pipeline(self, id_: str) -> None:
        """Take a deal pipeline out of use: it is listed no more."""
        with self.lock:
            kept = [p for p in self.pipelines["deals"] if p["id"] != id_]
            if len(kept) == len(self.pipelines["deals"]):
                raise Refusal(404, f"No pipeline {id_} exists.", "OBJECT_NOT_FOUND")
            self.pipelines["deals"] = kept

    def _owner(self, id_: str | int) -> dict[str, object] | None:
        return next((owner for owner in self.owners if owner["id"] == str(id_)), None)
