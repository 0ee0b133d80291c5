"""A session on Snowflake: gathers what lands, and stores it with its state in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from snowflake.connector import errors

from revops_pipeline.sources.stream import Identity, Limit, State, Stream
from revops_pipeline.sources.vendor_json import dumps, loads
from revops_pipeline.warehouse.base import Batch, Counts
from revops_pipeline.warehouse.books import STATE_COLUMNS, STORED_STATES, StateBook, utc_now
from revops_pipeline.warehouse.hidden_sql import count_rows, hold
from revops_pipeline.warehouse.rejects import reject_rows
from revops_pipeline.warehouse.snowflake_books import SnowflakeBooks, json_at, upsert
from revops_pipeline.warehouse.snowflake_errors import MISSING_OBJECT, number
from revops_pipeline.warehouse.snowflake_gathered import Gathered
from revops_pipeline.warehouse.snowflake_landing import land_share, stage_rows
from revops_pipeline.warehouse.snowflake_lock import WriterLock
from revops_pipeline.warehouse.snowflake_rejects import add_told, clear_settled, stage_rejects
from revops_pipeline.warehouse.snowflake_restate import restate
from revops_pipeline.warehouse.snowflake_tables import ensure_tables, value_at
from revops_pipeline.warehouse.snowflake_wire import Row, Wire

ELSEWHERE = "set SNOWFLAKE_DATABASE to another database"


class SnowflakeSession(SnowflakeBooks):
    """See `Session`. `land` gathers; rows and cursors are stored together by `settle`, which the
    end of the session, and whatever reads, do by themselves. A killed run loses what it had
    gathered, and with it the cursors: the next one reads it again."""

    def __init__(self, wire: Wire, lock: WriterLock, place: str) -> None:
        super().__init__(wire, lock)
        self._place = place
        self._gathered: Gathered | None = None
        self._counts: dict[str, Counts] = {}
        self._book = StateBook()

    def ensure(self, streams: Sequence[Stream]) -> None:
        self._wire.unit(lambda: ensure_tables(self._wire, streams))

    def states(self, source: str, identity: Identity | None = None) -> dict[str, State]:
        self._store()
        return self._book.read(
            source,
            self._wire.unit(lambda: self._stored_states(source)),
            identity,
            place=self._place,
            elsewhere=ELSEWHERE,
        )

    def land(
        self,
        batches: Sequence[Batch],
        *,
        run_id: str,
        identity: Identity,
        clock: datetime | None = None,
    ) -> dict[str, Counts]:
        for batch in batches:
            if self._gathered and not self._gathered.accepts(batch, run_id, identity):
                self._store()
            if self._gathered is None:
                self._gathered = Gathered(run_id, identity, batch.stream.source)
            self._gathered.add(batch, clock or utc_now())
        if self._gathered and self._gathered.is_due:
            self._store()
        return self._taken_counts()

    def settle(self) -> dict[str, Counts]:
        self._store()
        return self._taken_counts()

    def restate(self, stream: Stream, limit: Limit, *, foreign: bool) -> set[str]:
        self._store()
        self._book.forget()
        return self._wire.unit(
            lambda: restate(self._wire, self._lock, stream, limit, foreign=foreign)
        )

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        self._store()
        return self._wire.query(sql, parameters)

    def text_at(self, path: Sequence[str]) -> str:
        return f"{value_at('document', path)}::varchar"

    def as_text(self, document: str) -> str:
        return f"to_json({document})"

    def as_document(self, text: str) -> str:
        return f"parse_json({text})"

    def canonical(self, text: str) -> str:
        return dumps(loads(text.encode())).decode()

    def transact(self, statements: Sequence[tuple[str, Sequence[Any]]]) -> None:
        self._store()
        self._book.forget()
        self._wire.unit(lambda: self._transact(statements))

    def _transact(self, statements: Sequence[tuple[str, Sequence[Any]]]) -> None:
        with self._wire.transaction():
            self._lock.fence()
            for sql, parameters in statements:
                self._wire.run(sql, parameters)

    def reset(self, source: str, stream: str | None = None) -> list[str]:
        self._store()
        self._book.forget()
        return super().reset(source, stream)

    def purpose(self, purpose: str) -> None:
        self._wire.purpose = purpose

    def drop_gathered(self) -> None:
        """After a failure: rows without their run's end are read again."""
        if self._gathered:
            self._gathered.close()
            self._gathered = None

    def _taken_counts(self) -> dict[str, Counts]:
        taken, self._counts = self._counts, {}
        return taken

    def _stored_states(self, source: str) -> list[Row]:
        try:
            return self._wire.rows(STORED_STATES, [source])
        except errors.ProgrammingError as error:
            if number(error) != MISSING_OBJECT:
                raise
            return []  # nothing was ever stored

    def _store(self) -> None:
        gathered, self._gathered = self._gathered, None
        if gathered is None:
            return
        try:
            files = gathered.files()
            counts = self._wire.unit(lambda: self._store_once(gathered, files))
        finally:
            gathered.close()
        for name, each in counts.items():
            self._counts.setdefault(name, Counts()).add(each)

    def _store_once(self, gathered: Gathered, files: Sequence[Path]) -> dict[str, Counts]:
        """Doing it again changes nothing: rows that are stored are found unchanged, and states
        are read again, for the answer to a COMMIT may have been lost on the way."""
        self._book.read(
            gathered.source,
            self._stored_states(gathered.source),
            gathered.identity,
            place=self._place,
            elsewhere=ELSEWHERE,
        )
        staged = any(share.touches_rows for share in gathered.shares.values())
        if staged:
            stage_rows(self._wire, files)
        now = utc_now()
        rejects = [
            row
            for share in gathered.shares.values()
            for row in reject_rows(share.stream, share.rejects, gathered.run_id, now)
        ]
        if rejects:
            stage_rejects(self._wire, rejects)
        counts = {name: Counts() for name in gathered.shares}
        with self._wire.transaction():
            self._lock.fence()
            for name, share in gathered.shares.items():
                if share.touches_rows:
                    counts[name] = land_share(
                        self._wire, share, gathered.run_id, now, gathered.clock
                    )
                counts[name].rejected = share.rejected
                if share.rejects:
                    counts[name].told = add_told(self._wire, name)
                if share.hidden:
                    hold(self._wire.run, json_at, share.stream, share.hidden, now)
                if share.hidden_rows is not None:
                    count_rows(self._wire.run, share.stream, share.hidden_rows, now)
            if staged:
                clear_settled(self._wire, gathered.source, told=bool(rejects))
            self._write_states(gathered, counts, now)
        self._book.committed()
        return counts

    def _write_states(self, gathered: Gathered, counts: dict[str, Counts], now: datetime) -> None:
        shares = gathered.shares.values()
        batches = [Batch(s.stream, patch=s.patch, hidden=s.hidden) for s in shares]
        rows = self._book.rows(batches, counts, gathered.run_id, gathered.identity, now)
        if rows:
            upsert(self._wire, "ops.extract_state", STATE_COLUMNS, rows, key=("source", "stream"))
