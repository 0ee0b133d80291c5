"""What a portal holds in the end: what any faithful copy of it must equal."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from revops_pipeline.sandbox.state import PortalState

Document = dict[str, object]


@dataclass(frozen=True, slots=True)
class TypeTruth:
    """Records of one type by id, with all their properties, as HubSpot lists them. `deleted` are
    the ids that are gone for ever (HubSpot does not tell of them); `merged` leads from each id that
    a merge replaced to the one that stands for it now, through any number of merges, whatever has
    become of that one since. An id is in one of the four."""

    live: dict[str, Document]
    archived: dict[str, Document]
    deleted: set[str]
    merged: dict[str, str]


@dataclass(frozen=True, slots=True)
class Truth:
    """`edges` maps (from type, to type) to `from_id:to_id` to {from_id, to_id, is_primary, labels},
    in both directions; only pairs of live records are there."""

    objects: dict[str, TypeTruth]
    edges: dict[tuple[str, str], dict[str, Document]]
    owners: dict[str, Document]
    pipelines: dict[str, Document]


def tell(portal: PortalState) -> Truth:
    """The whole truth at this moment. Documents are the caller's own, labels in them sorted."""
    with portal.lock:
        return Truth(
            {name: _type(portal, name) for name in portal.stores},
            {pair: _edges(portal, *pair) for pair in portal.associations.pairs()},
            {str(owner["id"]): deepcopy(owner) for owner in portal.owners},
            {str(p["id"]): deepcopy(p) for p in portal.pipelines["deals"]},
        )


def _type(portal: PortalState, name: str) -> TypeTruth:
    store = portal.stores[name]
    return TypeTruth(
        {str(d["id"]): d for d in portal.live(name)},
        {str(d["id"]): d for d in portal.archived(name)},
        set(map(str, store.deleted)),
        {str(old): str(store.survivor(old)) for old in store.merged},
    )


def _edges(portal: PortalState, from_type: str, to_type: str) -> dict[str, Document]:
    edges = {f"{e['from_id']}:{e['to_id']}": e for e in portal.edges(from_type, to_type)}
    for edge in edges.values():
        edge["labels"] = sorted(cast("list[str]", edge["labels"]))
    return edges
