"""What was read and waits to be landed, and when it is time to do that."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from revops_pipeline.sources.stream import Rows, State, Stream, Window
from revops_pipeline.warehouse.base import Batch

FLUSH_BYTES = 6_000_000
SMALL_FLUSH_BYTES = 2_500_000  # enough to land while the next pages are on their way
DONE_FLUSH_BYTES = 100_000  # the same, of streams that are read to the end
FLUSH_SECONDS = 2.0


@dataclass(slots=True)
class _Waiting:
    """One stream's. `feeding` are the windows that add to it; `checkpoints` how many records of the
    stream had been read at each patch of its state."""

    batch: Batch
    size: int = 0
    feeding: set[int] = field(default_factory=set)
    checkpoints: list[int] = field(default_factory=list)


class Pending:
    """By stream, of one load."""

    def __init__(self, streams: Mapping[str, Stream]) -> None:
        self._streams = streams
        self._waiting: dict[str, _Waiting] = {}

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def batch(self, stream: str, window: Window) -> Batch:
        """Where what the window tells of the stream goes."""
        return self._of(stream, window).batch

    def add(self, stream: str, window: Window, rows: Rows) -> None:
        waiting = self._of(stream, window)
        waiting.batch.rows.extend(rows)
        waiting.size += sum(map(len, rows.documents))

    def patch(self, window: Window, patch: State, records: int) -> None:
        """The state of the window's stream once `records` of them are stored."""
        waiting = self._of(window.stream, window)
        waiting.batch.patch |= patch
        waiting.checkpoints.append(records)

    def ready(self, running: Collection[int], *, idle: bool, waited: float) -> list[str]:
        """The streams to land now; while pages are on their way (`idle`) there is time for what is
        done. `running` are the windows that are still read."""
        size = sum(w.size for w in self._waiting.values())
        if not running or size >= FLUSH_BYTES or waited > FLUSH_SECONDS:
            return list(self._waiting)
        if not idle:
            return []
        if size >= SMALL_FLUSH_BYTES or self._resumable():
            return list(self._waiting)
        done = self._done(running) if size >= DONE_FLUSH_BYTES else []
        return done if sum(self._waiting[n].size for n in done) >= DONE_FLUSH_BYTES else []

    def take(self, streams: Sequence[str]) -> list[tuple[Batch, list[int]]]:
        """Their batches, and what was read at each checkpoint that is among them."""
        taken = [self._waiting.pop(name) for name in streams]
        return [(waiting.batch, waiting.checkpoints) for waiting in taken]

    def _of(self, stream: str, window: Window) -> _Waiting:
        if stream not in self._waiting:
            self._waiting[stream] = _Waiting(Batch(self._streams[stream]))
        self._waiting[stream].feeding.add(id(window))
        return self._waiting[stream]

    def _resumable(self) -> bool:
        return any(w.checkpoints and self._streams[n].resumable for n, w in self._waiting.items())

    def _done(self, running: Collection[int]) -> list[str]:
        """The streams to which no window under way adds. What one window tells of several streams
        lands together, or its cursor would stand for rows that are not there."""
        done = {n for n, w in self._waiting.items() if w.feeding.isdisjoint(running)}
        while True:
            others = self._waiting.keys() - done
            open_ = {window for n in others for window in self._waiting[n].feeding}
            ready = {n for n in done if self._waiting[n].feeding.isdisjoint(open_)}
            if ready == done:
                return sorted(done)
            done = ready
