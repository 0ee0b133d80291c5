"""HubSpot's records, associations and histories as rows, in one canonical form whichever endpoint
told of them."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from revops_pipeline.sources.hubspot_batch import ids_of, known_ids
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
            prefix = edges.prefix(target)
            for to_id, labels in told.found[source].items():
                rows.ids.append(f"{source}:{prefix}{to_id}")
                others = sorted(labels - {PRIMARY})
                document = _edge(
                    source, to_id, target if prefix else None, PRIMARY in labels, others
                )
                rows.documents.append(document)
            if source in told.named and not told.found[source]:
                rows.empty.append(f"{source}:{prefix}".removesuffix(":"))
    rows.rejects = [reject for told in found.values() for reject in told.rejects.values()]
    return _timeless(rows)


def inline_edges(edges: Edges, records: Sequence[dict[str, Any]]) -> tuple[Rows, list[str]]:
    """Associations that came with records, and the ids of records of which they do not tell all:
    HubSpot cut their list, names a custom label by its internal name, or gives one without an id."""
    rows, cut = Rows(), list[str]()
    for source, record in zip(ids_of(records), records, strict=True):
        blocks = record.get("associations") or {}
        found = {t: _inline(edges.parent, t, blocks[t]) for t in edges.targets if t in blocks}
        if None in found.values():
            cut.append(source)
            continue
        rows.parents.append(source)
        for target, told in found.items():
            prefix = edges.prefix(target)
            for to_id, primary in (told or {}).items():
                rows.ids.append(f"{source}:{prefix}{to_id}")
                rows.documents.append(_edge(source, to_id, target if prefix else None, primary))
    return _timeless(rows), cut


def _inline(parent: str, target: str, block: Mapping[str, Any]) -> dict[str, bool] | None:
    """Whom a record is associated with of one type, and whether as its primary one; None where the
    block does not tell all."""
    items = block.get("results") or ()
    ids = known_ids(items)
    if ids is None or ("paging" in block and following(block) != (None, False)):
        return None
    found: dict[str, bool] = {}
    usual = _usual(parent, target)
    for to_id, item in zip(ids, items, strict=True):
        kind = item.get("type")
        if kind in _PRIMARY_TYPES:
            found[to_id] = True
        elif not kind or kind in usual:
            found.setdefault(to_id, False)
        else:
            return None
    return found


@cache
def _usual(parent: str, target: str) -> tuple[str, str]:
    """What v3 calls HubSpot's own association of two types, without a label: contact_to_company."""
    own = f"{_SINGULAR.get(parent, parent[:-1])}_to_{_SINGULAR.get(target, target[:-1])}"
    return own, f"{own}_unlabeled"


_SINGULAR = {"companies": "company"}


def _edge(
    source: str, to_id: str, to_type: str | None, primary: bool, labels: Sequence[str] = ()
) -> bytes:
    """`to_type` where the stream's associations lead to several types."""
    if not (to_type or labels) and source.isalnum() and to_id.isalnum():
        # Nearly all of them: the same bytes, without building a dictionary each.
        flag = "true" if primary else "false"
        text = f'{{"from_id":"{source}","is_primary":{flag},"labels":[],"to_id":"{to_id}"}}'
        return text.encode()
    document = {
        "from_id": source,
        "is_primary": primary,
        "labels": labels,
        "to_id": to_id,
        **({"to_type": to_type} if to_type else {}),
    }
    return dumps(document)


def _timeless(rows: Rows) -> Rows:
    """An association has no version and no time of its own."""
    rows.updated = [None] * len(rows.ids)
    rows.deleted = [None] * len(rows.ids)
    return rows
