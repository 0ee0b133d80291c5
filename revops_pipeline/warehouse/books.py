"""What every warehouse keeps beside the rows, as far as it is no SQL."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from revops_pipeline.sources.stream import Identity, State, Stream, TransientError
from revops_pipeline.warehouse.base import Batch, Counts, LogEntry, WrongIdentity

STATE_COLUMNS = (
    *("source", "stream", "identity_key", "identity_address"),
    *("state", "change_seq", "run_id", "updated_at"),
)
# What people decided about links, and what became of links; see docs/matching.md.
LINK_OVERRIDES, LINK_CHANGES = "ops.link_overrides", "ops.link_changes"
PAIR_COLUMNS = dict.fromkeys(("left_system", "left_id", "right_system", "right_id"), "varchar")
OVERRIDE_COLUMNS = {
    **PAIR_COLUMNS,
    **dict.fromkeys(("decision", "author", "reason"), "varchar"),
    "decided_at": "timestamp",
}
CHANGE_COLUMNS = {
    "changed_at": "timestamp",
    "run_id": "varchar",
    **PAIR_COLUMNS,
    "change": "varchar",
    "before_method": "varchar",
    "before_score": "double",
    "after_method": "varchar",
    "after_score": "double",
}
# Fields and records that a vendor does not show, and what is held of them; see docs/operations.md.
HIDDEN_TABLES: dict[str, dict[str, str]] = {
    "hidden_fields": {
        **dict.fromkeys(("source", "stream", "field"), "varchar"),
        "hidden_since": "timestamp",
        "rows_held": "bigint",
    },
    "held_values": dict.fromkeys(("source", "stream", "id", "field", "value"), "varchar"),
    "hidden_rows": {
        **dict.fromkeys(("source", "stream"), "varchar"),
        "rows_hidden": "bigint",
        "counted_at": "timestamp",
    },
}
# What the documents of a stream may hold, as JSON; see `limits`.
RAW_COLUMNS = dict.fromkeys(("source", "stream", "columns"), "varchar")
# Who was erased, and by which ids he may come again; see `erasures`.
ERASURES, ERASED_RECORDS = "ops.erasures", "ops.erased_records"
GONE_VIEW = "ops.gone_for_good"
# `records` went, of `texts` the address was taken out; `finished_at` is NULL until nothing is left.
ERASURE_COLUMNS = {
    **dict.fromkeys(("address_hash", "salt"), "varchar"),
    **dict.fromkeys(("erased_at", "finished_at"), "timestamp"),
    **dict.fromkeys(("records", "texts"), "bigint"),
}
RECORD_COLUMNS = {
    **dict.fromkeys(("source", "stream", "id_hash", "address_hash"), "varchar"),
    "erased_at": "timestamp",
}
ERASURE_TABLES = {"erasures": ERASURE_COLUMNS, "erased_records": RECORD_COLUMNS}
STORED_STATES = (
    "select stream, identity_key, identity_address, state, change_seq "
    "from ops.extract_state where source = ?"
)


class StateBook:
    """The streams' states as a session knows them: it is the only writer."""

    def __init__(self) -> None:
        self._states: dict[str, tuple[State, int] | None] = {}
        self._pending: dict[str, tuple[State, int, bool]] = {}
        self._bumped: set[str] = set()

    def read(
        self,
        source: str,
        rows: Sequence[tuple[Any, ...]],
        identity: Identity | None,
        *,
        place: str,
        elsewhere: str,
    ) -> dict[str, State]:
        """States by stream from the rows of `STORED_STATES`. Raises WrongIdentity when they are
        another identity's, TransientError when nobody can tell; `elsewhere` says how to have another place."""
        found: dict[str, State] = {}
        for stream, key, address, state, sequence in rows:
            stored = Identity(key, address)
            if identity and identity.key is None and key and identity.address == address:
                raise TransientError(
                    f"{source}: {address} does not say whose data it is, and the stored rows are of "
                    f"{key}. They are not mixed: see to it that the credentials may ask again, or "
                    f"drop the stored rows with `revops state reset {source}`"
                )
            if identity and not identity.same_as(stored):
                raise WrongIdentity(
                    f"{place} holds rows of {source} from {stored}, but the configuration reads "
                    f"{identity}. They are not mixed: {elsewhere}, or drop the stored rows with "
                    f"`revops state reset {source}`"
                )
            found[stream] = json.loads(state)
            self._states[f"{source}_{stream}"] = (found[stream], int(sequence))
        return found

    def knows(self, stream: Stream) -> bool:
        return stream.table in self._states

    def learn(self, stream: Stream, rows: Sequence[tuple[Any, ...]]) -> None:
        """What is stored of one stream: a row of `STORED_STATES`, or nothing."""
        self._states[stream.table] = (json.loads(rows[0][3]), int(rows[0][4])) if rows else None

    def forget(self) -> None:
        """What is stored was changed by another way than `rows`."""
        self._states.clear()
        self._pending.clear()
        self._bumped.clear()

    def rows(
        self,
        batches: Sequence[Batch],
        counts: Mapping[str, Counts],
        run_id: str,
        identity: Identity,
        now: datetime,
    ) -> list[tuple[Any, ...]]:
        """Rows of `STATE_COLUMNS` for the streams whose state or rows moved."""
        self._pending = {}
        rows: list[tuple[Any, ...]] = []
        for batch in batches:
            stream, changed = batch.stream, counts[batch.stream.name].changed
            # What staging makes of the rows changes with what is held of them.
            changed += bool(batch.hidden and batch.hidden.changed)
            stored = self._states.get(stream.table)
            # One step of the sequence a session is enough: nobody reads it while we hold the lock.
            bump = bool(changed) and stream.table not in self._bumped
            if stored and not batch.patch and not bump:
                continue
            state, sequence = stored or ({}, 0)
            state = {k: v for k, v in {**state, **batch.patch}.items() if v is not None}
            self._pending[stream.table] = (state, sequence + bump, bump)
            row = (stream.source, stream.name, identity.key, identity.address)
            rows.append((*row, json.dumps(state), sequence + bump, run_id, now))
        return rows

    def committed(self) -> None:
        """What `rows` returned last is stored."""
        for table, (state, sequence, bumped) in self._pending.items():
            self._states[table] = (state, sequence)
            if bumped:
                self._bumped.add(table)


def log_rows(entries: Sequence[LogEntry], now: datetime) -> list[tuple[Any, ...]]:
    """Rows of `ops.extract_log`."""
    return [
        (
            *(e.run_id, e.source, e.stream, now, e.seconds, e.windows, e.pages, e.reported),
            *(e.read, e.verified, e.counts.inserted, e.counts.updated),
            *(e.counts.deleted, e.counts.unchanged, e.error),
        )
        for e in entries
    ]


def declared(columns: Mapping[str, str], timestamp: str = "timestamp") -> str:
    """The columns as CREATE TABLE has them; `timestamp` is what the engine calls one without a
    zone."""
    kinds = {name: timestamp if kind == "timestamp" else kind for name, kind in columns.items()}
    return ", ".join(f"{name} {kind}" for name, kind in kinds.items())


def marks(rows: Sequence[Sequence[Any]]) -> str:
    """Place holders for the rows of a VALUES list."""
    return ", ".join(f"({', '.join('?' * len(row))})" for row in rows)


def flat(rows: Sequence[Sequence[Any]]) -> list[Any]:
    """The values for `marks`."""
    return [value for row in rows for value in row]


def utc_now() -> datetime:
    """UTC without a zone, as every timestamp in the warehouse."""
    return datetime.now(UTC).replace(tzinfo=None)
