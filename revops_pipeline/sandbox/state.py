"""What a portal holds, how it is read, and the upkeep that every change to it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from threading import RLock
from typing import TYPE_CHECKING, Any

from revops_pipeline.sandbox import history, truth
from revops_pipeline.sandbox.clock import Clock
from revops_pipeline.sandbox.edges import Edges
from revops_pipeline.sandbox.errors import Refusal, not_found
from revops_pipeline.sandbox.money import in_company_currency
from revops_pipeline.sandbox.schema import (
    ASSOCIATION_TYPE_IDS,
    OBJECT_TYPES,
    PLAIN,
    TYPE_NAMES,
    Edge,
    default_owners,
    default_pipelines,
)
from revops_pipeline.sandbox.store import Record, Store
from revops_pipeline.sandbox.views import Views

if TYPE_CHECKING:
    from revops_pipeline.sandbox.product import Product


class PortalState:
    """Options (all may be changed at run time): `merge_mints_new_id` gives a merged record an id
    of its own instead of the primary's; `missing_scopes` names object types (or "owners") the token
    may not read; `inline_association_limit` and `association_page_limit` cut associations;
    `time_zone` is the portal's: an IANA name, in which its days begin."""

    def __init__(
        self,
        portal_id: int,
        product: Product,
        *,
        merge_mints_new_id: bool = False,
        missing_scopes: Iterable[str] = (),
        inline_association_limit: int = 500,
        association_page_limit: int = 500,
        time_zone: str = "America/New_York",
    ) -> None:
        self.portal_id = portal_id
        self.product = product
        self.merge_mints_new_id = merge_mints_new_id
        self.missing_scopes = set(missing_scopes)
        self.inline_association_limit = inline_association_limit
        self.association_page_limit = association_page_limit
        self.time_zone = time_zone
        self.base_url = "http://127.0.0.1"
        self.clock = Clock()
        self.stores = {kind.name: Store(kind) for kind in OBJECT_TYPES}
        self.associations = Edges()
        self.owners = default_owners()
        self.pipelines: dict[str, list[dict[str, object]]] = {"deals": default_pipelines()}
        self.lock = RLock()
        self.version = 0
        """Counts changes, so that answers computed from the whole portal know when to expire."""
        self.views = Views(self)

    def store(self, type_: str) -> Store:
        kind = TYPE_NAMES.get(type_)
        if kind is None:
            names = ", ".join(sorted(self.stores))
            raise Refusal(400, f"Unable to infer object type from: {type_}. Known are {names}.")
        return self.stores[kind.name]

    def get(self, type_: str, id_: str | int, archived: bool = False) -> Record:
        """The record, following merges. Refuses with 404 when there is none in that state."""
        store = self.store(type_)
        record = store.current(int(id_)) if str(id_).isdigit() else None
        if record is None or (record.archived is not None) != archived:
            raise not_found(store.kind.singular, id_)
        return record

    def live(self, type_: str) -> Iterator[dict[str, object]]:
        """Live records with all their properties, as HubSpot would list them."""
        return self._documents(type_, archived=False)

    def archived(self, type_: str) -> Iterator[dict[str, object]]:
        return self._documents(type_, archived=True)

    def edges(self, from_type: str, to_type: str) -> Iterator[dict[str, object]]:
        """Associations whose two ends are both live: from_id, to_id, is_primary and the custom
        labels, by ascending ids."""
        from_store, to_store = self.store(from_type), self.store(to_type)
        with self.lock:
            rows = [
                (from_id, to_id, edge)
                for from_id in from_store.live_ids
                for to_id, edge in self.visible(from_store.kind.name, from_id, to_store.kind.name)
            ]
        for from_id, to_id, (primary, labels) in rows:
            yield {
                "from_id": str(from_id),
                "to_id": str(to_id),
                "is_primary": primary,
                "labels": list(labels),
            }

    def visible(self, from_type: str, from_id: int, to_type: str) -> list[tuple[int, Edge]]:
        """What a record is associated with, by ascending id. HubSpot hides associations of
        archived records and shows them again when both ends are live."""
        if from_type == to_type:
            return []
        ends = self.associations.of(from_type, to_type, from_id)
        if not ends or self.stores[from_type].records[from_id].archived is not None:
            return []
        records = self.stores[to_type].records
        return sorted((to_id, e) for to_id, e in ends.items() if records[to_id].archived is None)

    def truth(self) -> truth.Truth:
        """What a faithful copy of this portal holds now."""
        return truth.tell(self)

    def history(self, type_: str, id_: str | int, name: str) -> list[history.Version]:
        """Since when a live or archived record's property had which value, oldest first."""
        store = self.store(type_)
        record = store.current(int(id_)) if str(id_).isdigit() else None
        if record is None:
            raise not_found(store.kind.singular, id_)
        return list(history.versions(store.kind.name, record, name))

    def _documents(self, type_: str, archived: bool) -> Iterator[dict[str, object]]:
        store = self.store(type_)
        with self.lock:
            view = self.views.get(store, tuple(store.definitions))
            ids = store.archived_ids if archived else store.live_ids
            documents = [view.document(store.records[id_]) for id_ in ids]
        return iter(documents)

    def is_live(self, type_: str, id_: int) -> bool:
        record = self.store(type_).records.get(id_)
        return record is not None and record.archived is None

    def has_primary(self, from_type: str, to_type: str) -> bool:
        """Whether one association between these types can be the primary one."""
        pair = self.store(from_type).kind.name, self.store(to_type).kind.name
        return ASSOCIATION_TYPE_IDS.get(pair, (None, 0))[0] is not None

    def _values(
        self,
        store: Store,
        properties: Mapping[str, object],
        known: Mapping[str, str | None] | None = None,
    ) -> dict[str, str | None]:
        """Values as HubSpot keeps them: text or null. A deal's stage says whether it is closed, and
        its amount and currency what it comes to in the portal's. `known` are those it had."""
        values = {name: _text(value) for name, value in properties.items()}
        if store.kind.name == "deals" and {"amount", "deal_currency_code"} & values.keys():
            all_ = {**(known or {}), **values}
            if code := all_.get("deal_currency_code"):
                home = in_company_currency(all_.get("amount"), code)
                values.setdefault("amount_in_home_currency", home)
        stage = values.get("dealstage")
        if store.kind.name == "deals" and stage is not None:
            closed, won = self._stage(stage)
            values.setdefault("hs_is_closed", _text(closed))
            values.setdefault("hs_is_closed_won", _text(won))
        return values

    def _stage(self, id_: str) -> tuple[bool, bool]:
        for pipeline in self.pipelines["deals"]:
            stages: Any = pipeline["stages"]
            for stage in stages:
                if stage["id"] == id_:
                    closed = stage["metadata"]["isClosed"] == "true"
                    return closed, closed and float(stage["metadata"]["probability"]) == 1
        return False, False

    def _add(self, store: Store, record: Record) -> None:
        store.remember(record.id, self.clock.now())
        known = len(store.definitions)
        store.add(record)
        self._changed(store.kind.name, record.id, new_property=len(store.definitions) > known)

    def _changed(
        self, type_: str, id_: int, neighbours: bool = False, new_property: bool = False
    ) -> None:
        """Let nobody be answered from what was kept about this record (and those beside it)."""
        self.version += 1
        if new_property:
            self.views.clear()
            return
        self.views.forget(type_, id_)
        if neighbours:
            for to_type, to_id, _ in self.associations.neighbours(type_, id_):
                self.views.forget(to_type, to_id)

    def _associated(self, a: str, a_id: int, b: str, b_id: int, former: int | None = None) -> None:
        """After a change between two records: a contact's `associatedcompanyid` is its primary
        company, which HubSpot keeps up to date without touching the modified date. `former` is
        the company that was the primary one until now."""
        if {a, b} == {"contacts", "companies"}:
            contact = a_id if a == "contacts" else b_id
            company = self.associations.primary("contacts", contact, "companies")
            properties = self.stores["contacts"].records[contact].properties
            properties["associatedcompanyid"] = _text(company)
        self._changed(a, a_id)
        self._changed(b, b_id)
        if former is not None:
            self._changed("companies", former)

    def _unlink(self, type_: str, id_: int) -> None:
        for to_type, to_id, _ in self.associations.neighbours(type_, id_):
            self.associations.remove(type_, id_, to_type, to_id)
            self._associated(type_, id_, to_type, to_id)

    def _absorb(self, store: Store, gone: Record, into: Record) -> None:
        """Let a record disappear in another one, which inherits its associations. Its primary
        company stays primary only where the survivor has none."""
        kind = store.kind.name
        store.remember(gone.id, self.clock.now())
        self._changed(kind, gone.id, neighbours=True)
        for to_type, to_id, (primary, labels) in self.associations.neighbours(kind, gone.id):
            self.associations.remove(kind, gone.id, to_type, to_id)
            if kind != "companies" and self.associations.primary(kind, into.id, to_type):
                primary = False
            was, had = self.associations.of(kind, to_type, into.id).get(to_id, PLAIN)
            kept = tuple(dict.fromkeys((*had, *labels)))
            edge = (primary or was, kept)
            former = self.associations.put(kind, into.id, to_type, to_id, edge)
            self._associated(kind, into.id, to_type, to_id, former)
        store.delist(gone)
        del store.records[gone.id]
        store.merged[gone.id] = into.id


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)
