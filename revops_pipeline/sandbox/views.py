"""Records as HubSpot writes them, serialised once and kept until the record changes.

A page of a hundred records of thirty properties costs about 0.3 ms to serialise and 0.02 ms to put
together from kept pieces; a server that pays the first price on every page is what a load
benchmark would then measure.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import orjson

from revops_pipeline.sandbox.clock import iso
from revops_pipeline.sandbox.history import versions
from revops_pipeline.sandbox.schema import ASSOCIATION_TYPE_IDS, TYPE_NAMES

if TYPE_CHECKING:
    from revops_pipeline.sandbox.state import PortalState
    from revops_pipeline.sandbox.store import Record, Store

_BUDGET: Final = 1_500_000_000
"""Bytes of kept pieces over all views; past it the views not used for longest are emptied."""


class View:
    """One way of asking for one type: which properties, which associations."""

    __slots__ = ("_associations", "_fragments", "_history", "_names", "_portal", "_store", "size")

    def __init__(
        self,
        portal: PortalState,
        store: Store,
        names: Sequence[str],
        associations: Sequence[str],
        history: Sequence[str],
    ) -> None:
        self._portal = portal
        self._store = store
        self._names = tuple(names)
        self._associations = tuple(associations)
        self._history = tuple(history)
        self._fragments: dict[int, bytes] = {}
        self.size = 0

    def join(self, ids: Sequence[int]) -> bytes:
        """The records with these ids as the inside of a JSON array."""
        fragments = self._fragments
        try:
            return b",".join([fragments[id_] for id_ in ids])
        except KeyError:
            records = self._store.records
            for id_ in ids:
                if id_ not in fragments:
                    # Joined to nothing, because what orjson returns keeps the room it was written
                    # in: some 8 kB for a record of 1 kB, which the copy does not.
                    serialised = orjson.dumps(self.document(records[id_]))
                    fragment = fragments[id_] = b"".join((serialised, b""))
                    self.size += len(fragment)
            return b",".join([fragments[id_] for id_ in ids])

    def forget(self, id_: int) -> None:
        fragment = self._fragments.pop(id_, None)
        if fragment is not None:
            self.size -= len(fragment)

    def empty(self) -> None:
        self._fragments.clear()
        self.size = 0

    def document(self, record: Record) -> dict[str, object]:
        get = record.properties.get
        document: dict[str, object] = {
            "id": get("hs_object_id"),
            "properties": {name: get(name) for name in self._names},
            "createdAt": get(self._store.kind.created),
            "updatedAt": get(self._store.kind.modified),
            "archived": record.archived is not None,
        }
        if record.archived is not None:
            document["archivedAt"] = iso(record.archived)
        if self._history:
            document["propertiesWithHistory"] = {
                name: told for name in self._history if (told := self._told(record, name))
            }
        found = {
            to_type: inline
            for to_type in self._associations
            if (inline := self._inline(record, to_type))
        }
        if found:
            document["associations"] = found
        return document

    def _told(self, record: Record, name: str) -> list[dict[str, object]]:
        """Every value a property ever had, the latest first."""
        return [
            {
                "value": value or "",
                "timestamp": iso(at),
                "sourceType": "CRM_UI",
                "sourceId": "userId:4001",
                "updatedByUserId": 4001,
            }
            for at, value in reversed(versions(self._store.kind.name, record, name))
        ]

    def _inline(self, record: Record, to_type: str) -> dict[str, object] | None:
        """Associations within an object: one row per pair *and type*, cut after so many pairs."""
        portal, kind = self._portal, self._store.kind
        ends = portal.visible(kind.name, record.id, to_type)
        shown = ends[: portal.inline_association_limit]
        if not shown:
            return None
        name = f"{kind.singular}_to_{TYPE_NAMES[to_type].singular}"
        has_primary = ASSOCIATION_TYPE_IDS[kind.name, to_type][0] is not None
        results: list[dict[str, str]] = []
        for to_id, (primary, labels) in shown:
            types = [name] if primary or not has_primary else []
            types += [f"{name}_unlabeled"] if has_primary else []
            types += [label.lower().replace(" ", "_") for label in labels]
            results += [{"id": str(to_id), "type": type_} for type_ in types]
        answer: dict[str, object] = {"results": results}
        if len(ends) > len(shown):
            after = str(shown[-1][0])
            path = f"/crm/v4/objects/{kind.name}/{record.id}/associations/{to_type}"
            link = f"{portal.base_url}{path}?after={after}"
            answer["paging"] = {"next": {"after": after, "link": link}}
        return answer


class Views:
    """The views in use, and their upkeep when records change."""

    def __init__(self, portal: PortalState) -> None:
        self._portal = portal
        self._views: OrderedDict[tuple[str, tuple[tuple[str, ...], ...]], View] = OrderedDict()

    def get(
        self,
        store: Store,
        properties: Sequence[str],
        associations: Sequence[str] = (),
        history: Sequence[str] = (),
    ) -> View:
        """The view for these requested properties: unknown ones are ignored, none at all means
        the type's defaults, and the id and the two dates are always there. What is asked for with
        its history comes with its value too."""
        known = store.definitions.keys()
        asked = {*properties, *history}
        wanted = asked & known if asked else store.kind.defaults
        names = tuple(sorted({*wanted, *store.kind.system}))
        past = tuple(sorted({*history} & known)) if history else ()
        key = (store.kind.name, (names, tuple(associations), past))
        view = self._views.get(key)
        if view is None:
            view = self._views[key] = View(self._portal, store, names, associations, past)
        self._views.move_to_end(key)
        self._keep_within_budget(view)
        return view

    def forget(self, kind: str, id_: int) -> None:
        for key, view in self._views.items():
            if key[0] == kind:
                view.forget(id_)

    def clear(self) -> None:
        """Drop everything, after a change of what properties exist or of the server's address."""
        for view in self._views.values():
            view.empty()
        self._views.clear()

    def _keep_within_budget(self, used: View) -> None:
        total = sum(view.size for view in self._views.values())
        for view in list(self._views.values()):
            if total <= _BUDGET:
                return
            if view is not used:
                total -= view.size
                view.empty()
