"""Documents hold no more than their source's limit lets them: also those that are there already.

Versions before this one stored whatever columns the product's tables had: password hashes, notes. What
is more than the limit is taken out of the current rows, their history and the bytes of the file, once:
`ops.raw_columns` says what each stream's documents may hold since. A limit that becomes narrower does
the same again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
import xxhash

from revops_pipeline.sources.stream import Limit, State, Stream
from revops_pipeline.warehouse.base import Session
from revops_pipeline.warehouse.hidden import FIELDS, HIDDEN

COLUMNS = "columns"
"""In a stream's state: what its documents may hold."""


def limit_documents(
    session: Session,
    streams: Sequence[Stream],
    limits: Mapping[str, Limit],
    states: Mapping[str, State],
    log: Callable[[str], None] = lambda _line: None,
) -> bool:
    """Whether anything had to be done. The states, which are read anyway, say so at no cost; what a
    reset left is known by the table alone."""
    unsure = [s for s in streams if not _said(limits.get(s.name), states.get(s.name, {}))]
    if not unsure:
        return False
    session.ensure(streams)
    done, stored = False, _stored(session)
    for stream in unsure:
        limit, before = limits[stream.name], stored.get((stream.source, stream.name))
        if before == list(limit.keys):
            continue
        taken = session.restate(stream, limit, foreign=before is None)
        done = True
        if taken:
            log(
                f"{stream.name}: taken out of what is stored of it, since it is neither of the "
                f"contract nor named in {stream.source}.keep: {', '.join(sorted(taken))}"
            )
    return done


def patch(limit: Limit | None) -> State:
    """What a stream's state says of its limit."""
    return {COLUMNS: list(limit.keys)} if limit else {}


def _said(limit: Limit | None, state: State) -> bool:
    return limit is None or state.get(COLUMNS) == list(limit.keys)


def _stored(session: Session) -> dict[tuple[str, str], list[str]]:
    found = session.query("select source, stream, columns from ops.raw_columns")
    return {(source, stream): json.loads(columns) for source, stream, columns in found}


def restated(
    rows: Sequence[tuple[Any, str]], limit: Limit, foreign: bool, taken: set[str]
) -> list[tuple[Any, str, str, str]]:
    """(place, document) → (place, id, document, its hash), as landing would have written them. Adds
    to `taken` the keys that were left out."""
    found = []
    for place, document in rows:
        held: State = orjson.loads(document)
        base, small = limit.restate(held, foreign)
        taken |= held.keys() - (limit.names if foreign else set(limit.keys))
        found.append((place, base, small.decode(), xxhash.xxh3_128_hexdigest(small)))
    return found


def without(state: State, limit: Limit) -> State:
    """A stream's state, knowing of no field beyond the limit."""
    known = {**state, **patch(limit)}
    if FIELDS in state:
        known[FIELDS] = [name for name in state[FIELDS] or () if name in limit.keys]
    if state.get(HIDDEN):
        known[HIDDEN] = {n: at for n, at in state[HIDDEN].items() if n in limit.keys} or None
    return known
