"""Brings the streams of one source up to date in the warehouse.

Windows are read by threads and landed by the caller's thread, which alone holds the writer's
session: fetching and parsing overlap with writing, and memory holds a bounded number of pages
whatever the size of the source.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from queue import Empty
from typing import Unpack

from revops_pipeline.sources.stream import (
    Identity,
    Mode,
    ObjectRefused,
    OutOfTime,
    Page,
    PermanentError,
    Source,
    SplitWindow,
    TransientError,
    Window,
)
from revops_pipeline.warehouse.base import Batch, Counts, LogEntry, Session, Warehouse
from revops_pipeline.warehouse.deadline import Deadline
from revops_pipeline.warehouse.deletions import Deletions
from revops_pipeline.warehouse.emptied import TABLE, Emptiness
from revops_pipeline.warehouse.erasures import Erasures
from revops_pipeline.warehouse.garbage import seldom_collected
from revops_pipeline.warehouse.hidden import FieldPolicy, FieldWatch
from revops_pipeline.warehouse.known import WarehouseKnown
from revops_pipeline.warehouse.limits import limit_documents, patch
from revops_pipeline.warehouse.pending import Pending
from revops_pipeline.warehouse.progress import Progress
from revops_pipeline.warehouse.readers import Event, Readers, Reading
from revops_pipeline.warehouse.refusals import Refusals
from revops_pipeline.warehouse.terms import Terms, silent

IDLE_SECONDS = 3.0  # the writer's lock is given back when the vendor keeps us waiting so long
REREADS = 2
ROWS = "rows"
"""In a snapshot's state: how many rows it had."""


class Load:
    """One source, one run. `entries` tell per stream what happened, also after an error."""

    def __init__(self, source: Source, warehouse: Warehouse, **terms: Unpack[Terms]) -> None:
        streams, log = terms.get("streams"), terms.get("log") or silent
        run_id, accepted = terms["run_id"], terms.get("accepted", ())
        wanted = set(streams) if streams is not None else {s.name for s in source.streams}
        self._streams = {s.name: s for s in source.streams if s.name in wanted}
        self._source, self._warehouse, self._run_id, self._log = source, warehouse, run_id, log
        self._finally, self._tolerant = terms.get("finally_"), terms.get("tolerant", False)
        self.entries = {n: LogEntry(source.name, n, run_id) for n in self._streams}
        self._readers = Readers(source, terms.get("concurrency", 8))
        self._waiting: dict[str, list[Window]] = {n: [] for n in self._streams}
        self._running: dict[int, Reading] = {}
        self._planned: set[str] = set()
        self._pending = Pending(self._streams)
        self._deletions = Deletions(source.name, accepted)
        self._emptiness = Emptiness(accepted)
        self._watch = FieldWatch(source, terms.get("fields") or FieldPolicy(), log)
        self._refusals = Refusals(source.name)
        self._deadline = terms.get("deadline") or Deadline()
        self._erasures = Erasures(source.name, log)
        self._failures: list[Exception] = []
        self._progress = Progress(source, log)

    def run(self) -> dict[str, LogEntry]:
        """Raises PermanentError or TransientError after landing whatever was read; an ObjectRefused
        only after all else was read."""
        with ExitStack() as stack, self._readers:
            asked = self._readers.ask(self._source.identity)  # while the warehouse opens
            session = stack.enter_context(self._warehouse.session(self._purpose))
            try:
                identity = self._deadline.answer(asked, self._source.name)
            except OutOfTime:
                self._readers.leave()
                raise
            self._erasures.read(session)
            self._plan(session, identity)
            self._drain(identity, stack, session)
        if self._failures:
            raise next(
                (f for f in self._failures if not isinstance(f, TransientError)), self._failures[0]
            )
        refused = self._refusals.met
        if refused and not (
            self._tolerant and any(e.pages for n, e in self.entries.items() if n not in refused)
        ):
            raise self._refusals.error()
        return self.entries

    def _plan(self, session: Session, identity: Identity) -> None:
        source = self._source
        states, limits = session.states(source.name, identity), source.limits()
        self._watch.begin(states)
        if self._watch.begins or not states.keys() >= self._streams.keys():
            session.ensure(source.streams)  # a plan may ask for a neighbour's table
        if limits and limit_documents(session, source.streams, limits, states, self._log):
            states = session.states(source.name, identity)
            self._watch.begin(states)
        known = WarehouseKnown(session, self._source.name)
        for name in self._streams:
            self._refusals.plan(name, states.get(name, {}))
            self._emptiness.plan(name, states.get(name, {}))
            self._waiting[name] = self._source.plan(name, self._watch.state(name), known)
            self.entries[name].windows = len(self._waiting[name])
            self._deletions.rows[name] = states.get(name, {}).get(ROWS, 0)
        windows = [window for waiting in self._waiting.values() for window in waiting]
        self._planned = {n for w in windows for n in (w.stream, *w.carries)}
        missing = [n for n in self._streams if n not in states]
        if missing:  # the identity is on record before the first row is
            batches = [Batch(self._streams[n], patch=patch(limits.get(n))) for n in missing]
            self._count(session.land(batches, run_id=self._run_id, identity=identity))

    @property
    def _purpose(self) -> str:
        return f"loading {self._source.name}, run {self._run_id[:8]}"

    def _submit(self, window: Window, rereads: int = 0, *, again: bool = False) -> None:
        self._running[id(window)] = Reading(window, rereads, again)
        self._readers.submit(window)

    # -- landing, in the caller's thread ------------------------------------------------------

    def _drain(self, identity: Identity, stack: ExitStack, opened: Session) -> None:
        for name in self._streams:
            self._next_stage(name)
        session = self._read_all(identity, stack, opened)
        self._count(session.settle())
        if self._ask_again():
            session = self._read_all(identity, stack, session)
            self._count(session.settle())
        self._note(session, identity)
        self._count(session.settle())
        self._erasures.finish(session)
        for entry in self.entries.values():
            entry.seconds = self._progress.seconds
        session.write_log(list(self.entries.values()))
        if self._finally and not self._failures:
            self._finally(session)

    def _read_all(self, identity: Identity, stack: ExitStack, opened: Session) -> Session:
        """Lands what the windows under way give, and those that follow them."""
        session: Session | None = opened
        flushed = time.monotonic()
        while self._running:
            try:
                if self._deadline.over:
                    self._end_in_time()
                else:
                    self._handle(self._readers.next(IDLE_SECONDS))
            except Empty:
                if session and not self._pending:
                    self._count(session.settle())
                    stack.pop_all().close()
                    self._warehouse.release()
                    session = None
            waited, idle = time.monotonic() - flushed, self._readers.idle()
            if ready := self._pending.ready(self._running, idle=idle, waited=waited):
                session = session or self._reopened(stack, identity)
                self._flush(ready, session, identity)
                flushed = time.monotonic()
            self._progress.say(self.entries.values())
        return session or self._reopened(stack, identity)

    def _ask_again(self) -> bool:
        """Has those asked for once more that had children and came without any."""
        if self._failures:  # what is kept is kept, but nobody asked twice
            self._emptiness.forget()
        for window in self._emptiness.again(self._source, self._refusals.met):
            self._submit(window)
        return bool(self._running)

    def _end_in_time(self) -> None:
        """What was read lands, with the positions that it reached."""
        error = self._deadline.error(self._source.name)
        self._readers.leave()
        for reading in self._running.values():
            self._fail(reading.window, error)
        self._running.clear()
        self._failures.append(error)

    def _fail(self, window: Window, error: Exception) -> None:
        for name in (window.stream, *window.carries):
            self.entries[name].error, self.entries[name].verified = str(error), False
        window.settled.clear()  # shared with the parts it was split into: none may settle

    def _reopened(self, stack: ExitStack, identity: Identity) -> Session:
        """The warehouse again, after others could write to it."""
        session = stack.enter_context(self._warehouse.session(self._purpose))
        if self._streams.keys() - session.states(self._source.name, identity).keys():
            raise TransientError(
                f"{self._source.name} was reset while it was loaded; what was read since is not "
                "stored, and the next run begins anew"
            )
        self._erasures.read(session)  # somebody may have been erased meanwhile
        return session

    def _note(self, session: Session, identity: Identity) -> None:
        """What the next runs have to know of what was refused and of what came empty."""
        patches = self._refusals.patches(
            {n: e.verified or n not in self._planned for n, e in self.entries.items()}
        )
        for name, noted in self._emptiness.noted(self._log).items():
            patches[name] = patches.get(name, {}) | noted
        batches = [Batch(self._streams[name], patch=noted) for name, noted in patches.items()]
        if batches:
            self._count(session.land(batches, run_id=self._run_id, identity=identity))

    def _next_stage(self, stream: str) -> None:
        waiting = self._waiting[stream]
        if waiting and not any(r.window.stream == stream for r in self._running.values()):
            stage = min(w.stage for w in waiting)
            self._waiting[stream] = [w for w in waiting if w.stage != stage]
            for window in waiting:
                if window.stage == stage:
                    self._submit(window)

    def _handle(self, event: Event) -> None:
        window = event.window
        if event.page is not None:
            self._take(self._running[id(window)], event.page)
            return
        reading = self._running.pop(id(window))
        try:
            if isinstance(event.error, SplitWindow):
                self._split(window)
            elif event.error is not None:
                raise event.error
            else:
                self._verify(reading)
        except ObjectRefused as error:
            self._refuse(window.stream, error)
            window.settled.clear()
            return
        except (TransientError, PermanentError) as error:
            self._fail(window, error)
            self._failures.append(error)
            self._waiting[window.stream] = []
            if isinstance(error, PermanentError):
                # It will not pass: no use in reading on. What was read is landed.
                self._readers.stop()
                self._running.clear()
            return
        self._next_stage(window.stream)

    def _refuse(self, stream: str, error: ObjectRefused) -> None:
        """Nothing more is read or stored of a stream, nor of what comes with it."""
        self._refusals.meet(stream, error, self._source.dependents(stream))
        for name in self._refusals.met.keys() & self._streams.keys():
            self.entries[name].refuse(self._refusals.met[name])
            self._waiting[name] = []

    def _take(self, reading: Reading, page: Page) -> None:
        entry = self.entries[reading.window.stream]
        entry.pages += 1
        self._deletions.take(reading.window, page.rows)
        for name, rows in page.rows.items():
            if rows.refused:
                self._refuse(name, rows.refused)
            if name not in self._streams or name in self._refusals.met:
                continue
            self.entries[name].read += len(rows)
            if self._streams[name].mode is Mode.CHILDREN:
                self._emptiness.take(reading.window, name, rows)
            self._pending.add(name, reading.window, rows)
            if name == reading.window.stream:
                reading.take(rows, counted=self._counted(reading.window))
                if reading.nameless:
                    self._deletions.hold(reading.window)
        if page.patch and reading.window.stream not in self._refusals.met:
            self._pending.patch(reading.window, page.patch, entry.read)

    def _counted(self, window: Window) -> bool:
        """Whether the ids of a window's records are needed: those of a long list are not kept."""
        return window.reported is not None or self._streams[window.stream].mode is Mode.SNAPSHOT

    def _verify(self, reading: Reading) -> None:
        window, entry = reading.window, self.entries[reading.window.stream]
        if self._source.verify(window, len(reading.ids)):
            if not self._is_believed(reading):
                return
            self._deletions.settle(window)
            if self._replaces(reading):
                self._deletions.replace(window.stream, len(reading.ids))
            if window.reported is not None:
                entry.reported = (entry.reported or 0) + window.reported
            for name in (window.stream, *window.carries):
                self.entries[name].verified = not self.entries[name].error
            self._settle(reading)
            self._emptiness.done(window)
            return
        self._deletions.forget(window)
        self._log(
            f"{window.stream}: a window of {window.reported} records gave {len(reading.ids)}; read again"
        )
        if reading.rereads < REREADS:
            self._submit(window, reading.rereads + 1)
        else:
            self._split(window)

    def _is_believed(self, reading: Reading) -> bool:
        """False while a table that is empty all at once is asked for again."""
        window, emptied = reading.window, self._emptiness.of[reading.window.stream]
        snapshot = self._streams[window.stream].mode is Mode.SNAPSHOT
        empties = not self._source.confirms and self._deletions.empties(
            window, snapshot, len(reading.ids)
        )
        reading.kept = empties and not emptied.table_is_believed
        if not reading.kept:
            emptied.answered(table=snapshot or "known" in window.bounds)
            return True
        self._deletions.forget(window)
        if not reading.again:
            self._log(f"{window.stream} came without a row although some are stored; asked again")
            self._submit(window, again=True)
            return False
        emptied.kept.add(TABLE)
        return True

    def _split(self, window: Window) -> None:
        for part in self._source.split(window):
            self.entries[window.stream].windows += 1
            self._submit(part)

    def _replaces(self, reading: Reading) -> bool:
        """Whether what is stored and was not read is gone. A record without an id might be any."""
        snapshot = self._streams[reading.window.stream].mode is Mode.SNAPSHOT
        return snapshot and not reading.kept and not reading.nameless

    def _settle(self, reading: Reading) -> None:
        window, ids = reading.window, reading.ids
        # Parts of a split window share one settled state: it holds when the last is done.
        done = not any(r.window.settled is window.settled for r in self._running.values())
        names = [n for n in (window.stream, *window.carries) if n not in self._refusals.met]
        for name in names:
            batch = self._pending.batch(name, window)
            if done:
                batch.patch |= window.settled
        if window.stream in names and self._replaces(reading):
            batch = self._pending.batch(window.stream, window)
            batch.snapshot = ids.texts() if ids.is_few else ids
            if len(ids) != self._deletions.rows[window.stream]:
                batch.patch |= {ROWS: len(ids)}

    def _flush(self, streams: Sequence[str], session: Session, identity: Identity) -> None:
        taken = [t for t in self._pending.take(streams) if self._may_land(t[0], session)]
        batches = [batch for batch, _ in taken]
        for batch in batches:
            if batch.stream.name not in self._refusals.met:
                batch.rows.gone = self._deletions.of(batch.stream.name)
        self._erasures.take(batches, session)
        clock, whose = self._source.now(), identity
        self._count(session.land(batches, run_id=self._run_id, identity=whose, clock=clock))
        for batch, checkpoints in taken:  # from here a killed run goes on
            self.entries[batch.stream.name].checkpoints += len(checkpoints)
            for records in checkpoints if batch.stream.resumable else ():
                self._log(f"Checkpoint saved after {records} records")

    def _may_land(self, batch: Batch, session: Session) -> bool:
        """Not if it came without fields that it had before and the settings forbid that."""
        name = batch.stream.name
        done = self.entries[name].verified and not self._waiting[name]
        done = done and not any(r.window.stream == name for r in self._running.values())
        try:
            self._watch.look(batch, session, done=done)
        except PermanentError as error:
            self.entries[name].error, self.entries[name].verified = str(error), False
            self._failures.append(error)
            self._readers.stop()
            self._running.clear()
            return False
        return True

    def _count(self, landed: Mapping[str, Counts]) -> None:
        for name, counts in landed.items():
            self._emptiness.of[name].kept.update(counts.emptied)
            if line := self.entries[name].count(counts):
                self._log(line)


def load(source: Source, warehouse: Warehouse, **terms: Unpack[Terms]) -> dict[str, LogEntry]:
    """Runs a `Load` and closes the source."""
    try:
        with seldom_collected():
            return Load(source, warehouse, **terms).run()
    finally:
        source.close()
