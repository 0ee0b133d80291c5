"""HubSpot's records, associations and histories as rows, in one canonical form whichever endpoint
told of them."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from revops_pipeline.sources.hubspot_batch import id_of, ids_of
from revops_pipeline.sources.hubspot_pages import Associated, following
from revops_pipeline.sources.hubspot_streams import Edges
from revops_pipeline.sources.stream import Reject, Rows
from revops_pipeline.sources.told import rejects_of
from revops_pipeline.sources.vendor_json import dumps

PRIMARY = "Primary"
# When an archived record was archived that tells no time at all. By our own clock it would be
# another time, and so a change, whenever the record is read.
LONG_AGO = "1970-01-01T00:00:00Z"
# Names under which v3 reports HubSpot's own association types inline; others are custom labels.
_PRIMARY_TYPES = frozenset({"deal_to_company", "contact_to_company"})


def record_rows(records: Sequence[dict[str, Any]], *, archived: bool = False) -> Rows:
    """Records as rows; `associations` are streams of their own and leave the document. `archived`:
    they are, whatever they say of themselves."""
    rows = Rows(ids=ids_of(records), rejects=rejects_of(records))
    for record in records:
        record.pop("associations", None)
        updated = record.get("updatedAt")
        rows.updated.append(updated)
        rows.deleted.append(
            (record.get("archivedAt") or updated or record.get("createdAt") or LONG_AGO)
            if archived or record.get("archived")
            else None
        )
        rows.documents.append(dumps(record))
    return rows


def account_rows(details: Mapping[str, Any]) -> Rows:
    """The portal as a row: what it told of itself, and as `zone` the name of its time zone by which
    both warehouses know it, null for a zone that nobody knows."""
    id_ = str(details.get("portalId") or "portal")
    document = {**details, "id": id_, "zone": time_zone(details.get("timeZone"))}
    packed = dumps(document)
    return Rows(ids=[id_], documents=[packed], updated=[None], deleted=[None])


def time_zone(name: Any) -> str | None:
    """The IANA name of a zone, also of one in the form of HubSpot's lists (us_slash_eastern)."""
    if not isinstance(name, str):
        return None
    spelled = name.strip().lower().replace("_slash_", "/").replace("_hyphen_", "-")
    return _zones().get(spelled)


@cache
def _zones() -> Mapping[str, str]:
    """By name in small letters; without the machine's own, which other machines do not have."""
    names = zoneinfo.available_timezones() - {"localtime", "Factory"}
    return {name.lower(): name for name in names}


def history_rows(records: Sequence[Mapping[str, Any]], name: str) -> Rows:
    """One row per record, time and value of a property; a record may have no history."""
    rows = Rows(rejects=rejects_of(records))
    for record, record_id in zip(records, ids_of(records), strict=True):
        for entry in (record.get("propertiesWithHistory") or {}).get(name) or ():
            if not isinstance(entry, dict) or not entry.get("timestamp"):
                told = (name, dumps(entry).decode(), "a value of the history without its time")
                rows.rejects.append(Reject(record_id, *told))
                continue
            rows.ids.append(f"{record_id}:{entry['timestamp']}:{entry.get('value') or ''}")
            rows.updated.append(None)
            rows.deleted.append(None)
            document = {**entry, "property": name, "record_id": record_id}
            rows.documents.append(dumps(document))
    return rows


def edge_rows(edges: Edges, ids: Sequence[str], found: Mapping[str, Associated]) -> Rows:
    """Rows from what the association endpoint told, by target type."""
    rows, unsure = Rows(), set[str]().union(*(told.unsure for told in found.values()))
    for source in ids:
        if source not in unsure:
            rows.parents.append(source)
        for target, told in found.items():
            for to_id, labels in told.found[source].items():
                _append(rows, edges, target, source, to_id, labels)
            if source in told.named and not told.found[source]:
                rows.empty.append(f"{source}:{edges.prefix(target)}".removesuffix(":"))
    rows.rejects = [reject for told in found.values() for reject in told.rejects.values()]
    return rows


def inline_edges(edges: Edges, records: Iterable[dict[str, Any]]) -> tuple[Rows, list[str]]:
    """Associations that came with records, and the ids of records of which they do not tell all:
    HubSpot cut their list, names a custom label by its internal name, or gives one without an id."""
    rows, cut = Rows(), []
    for record in records:
        blocks = record.get("associations") or {}
        found: dict[str, dict[str, set[str]]] = {}
        if not all(
            _inline(edges, target, blocks[target], found)
            for target in edges.targets
            if target in blocks
        ):
            cut += ids_of([record])
            continue
        [source] = ids_of([record])
        rows.parents.append(source)
        for target, labels in found.items():
            for to_id, names in labels.items():
                _append(rows, edges, target, source, to_id, names)
    return rows, cut


def _inline(
    edges: Edges, target: str, block: Mapping[str, Any], found: dict[str, dict[str, set[str]]]
) -> bool:
    """Adds a record's associations with one type to `found`; False where the block is not all."""
    own = (
        f"{_SINGULAR.get(edges.parent, edges.parent[:-1])}_to_{_SINGULAR.get(target, target[:-1])}"
    )
    labels = found.setdefault(target, {})
    items = block.get("results") or []
    for item in items:
        if (to_id := id_of(item)) is None:
            return False
        kind = item.get("type") or own
        known = labels.setdefault(to_id, set())
        if kind in _PRIMARY_TYPES:
            known.add(PRIMARY)
        elif kind not in (own, f"{own}_unlabeled"):
            return False
    return following(block) == (None, False)


_SINGULAR = {"companies": "company"}


def _append(
    rows: Rows, edges: Edges, target: str, source: str, to_id: str, labels: set[str]
) -> None:
    prefix = edges.prefix(target)
    rows.ids.append(f"{source}:{prefix}{to_id}")
    rows.updated.append(None)
    rows.deleted.append(None)
    primary = PRIMARY in labels
    others = labels - {PRIMARY} if primary else labels
    if prefix or others or not (source.isalnum() and to_id.isalnum()):
        document = {
            "from_id": source,
            "is_primary": primary,
            "labels": sorted(others),
            "to_id": to_id,
            **({"to_type": target} if prefix else {}),
        }
        rows.documents.append(dumps(document))
    else:  # nearly all of them: the same bytes, without building a dictionary each
        rows.documents.append(
            f'{{"from_id":"{source}","is_primary":{"true" if primary else "false"},"labels":[],'
            f'"to_id":"{to_id}"}}'.encode()
        )
