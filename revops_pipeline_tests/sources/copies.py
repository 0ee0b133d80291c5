"""Where a warehouse differs from the portal that it is a copy of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import orjson

from revops_pipeline.sandbox import Portal
from revops_pipeline.sandbox.clock import iso
from revops_pipeline.sources.hubspot_streams import EDGES, HISTORIES, OBJECTS


def differences(path: Path, portal: Portal) -> list[str]:
    """One line for each row that is lost, doubled, stale or there without being in the portal."""
    with duckdb.connect(str(path), read_only=True) as connection:
        parts = (_objects, _edges, _histories)
        return [line for part in parts for line in part(connection, portal)]


def _rows(connection: duckdb.DuckDBPyConnection, stream: str) -> dict[str, tuple[Any, bool]]:
    found = connection.execute(
        f"select id, document, deleted_at is not null from raw.hubspot_{stream}"
    ).fetchall()
    rows = {i: (orjson.loads(document), deleted) for i, document, deleted in found}
    assert len(rows) == len(found), f"{stream}: doubled ids"
    return rows


def _objects(connection: duckdb.DuckDBPyConnection, portal: Portal) -> Iterator[str]:
    truth = portal.truth()
    for kind in OBJECTS:
        rows, wanted = _rows(connection, kind), truth.objects[kind]
        live = {i: d for i, (d, deleted) in rows.items() if not deleted}
        for i in sorted(wanted.live.keys() - live.keys()):
            yield f"{kind} {i}: lost"
        for i in sorted(live.keys() - wanted.live.keys()):
            yield f"{kind} {i}: stored as live, is not in the portal"
        for i in sorted(live.keys() & wanted.live.keys()):
            if told := _stale(live[i], wanted.live[i]):
                yield f"{kind} {i}: stale: {told}"
        for i, document in sorted(wanted.archived.items()):
            if i not in rows:
                yield f"{kind} {i}: archived, lost"
            elif not rows[i][1]:
                yield f"{kind} {i}: archived, stored as live"
            elif told := _stale(rows[i][0], document):
                yield f"{kind} {i}: archived, stale: {told}"


def _edges(connection: duckdb.DuckDBPyConnection, portal: Portal) -> Iterator[str]:
    truth = portal.truth()
    for stream, edges in EDGES.items():
        stored = {i: d for i, (d, deleted) in _rows(connection, stream).items() if not deleted}
        wanted = {
            f"{e['from_id']}:{edges.prefix(target)}{e['to_id']}": e
            for target in edges.targets
            for e in truth.edges[edges.parent, target].values()
        }
        for i in sorted(wanted.keys() - stored.keys()):
            yield f"{stream} {i}: lost"
        for i in sorted(stored.keys() - wanted.keys()):
            yield f"{stream} {i}: stored, is not in the portal"
        for i in sorted(stored.keys() & wanted.keys()):
            told = {k: v for k, v in stored[i].items() if k != "to_type"}
            if told != wanted[i]:
                yield f"{stream} {i}: stale: {told} instead of {wanted[i]}"


def _histories(connection: duckdb.DuckDBPyConnection, portal: Portal) -> Iterator[str]:
    for stream, (kind, name) in HISTORIES.items():
        stored: dict[str, set[tuple[str, str | None]]] = {}
        for document, _ in _rows(connection, stream).values():
            entry = (document["timestamp"], document["value"] or None)
            stored.setdefault(document["record_id"], set()).add(entry)
        for i in sorted(portal.truth().objects[kind].live):
            wanted = {(iso(at), value or None) for at, value in portal.history(kind, i, name)}
            if missing := wanted - stored.get(i, set()):
                yield f"{stream} of {i}: lost {sorted(missing)}"


def _stale(stored: dict[str, Any], wanted: dict[str, Any]) -> str:
    """What differs; a property that is null is one that the record has not."""
    ours, theirs = _flat(stored), _flat(wanted)
    names = sorted(n for n in ours.keys() | theirs.keys() if ours.get(n) != theirs.get(n))
    return ", ".join(f"{n}: {ours.get(n)!r} instead of {theirs.get(n)!r}" for n in names)


def _flat(document: dict[str, Any]) -> dict[str, Any]:
    rest = {k: v for k, v in document.items() if k not in ("associations", "properties")}
    return rest | {f"properties.{k}": v for k, v in document["properties"].items() if v is not None}
