"""The threads that read windows, and the bounded queue through which their pages come."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Full, Queue
from types import TracebackType
from typing import TypeVar

from revops_pipeline.sources.id_set import IdSet
from revops_pipeline.sources.stream import Page, Rows, Source, TransientError, Window
from revops_pipeline.sources.understood import understood

Answer = TypeVar("Answer")

QUEUED_PAGES, PAGE_ROWS, PAGE_BYTES = 48, 200, 500_000


@dataclass(slots=True)
class Event:
    """What a reading thread tells the landing one; with neither page nor error: all was read."""

    window: Window
    page: Page | None = None
    error: BaseException | None = None


class Pages(Queue[Event]):
    """Bounded by rows and bytes rather than pages, which one vendor fills with a hundred records and
    another with thousands, or with long texts: what waits here is most of a load's memory."""

    def _init(self, maxsize: int) -> None:
        super()._init(maxsize)
        self._weight = 0

    def _qsize(self) -> int:
        return self._weight

    def _put(self, item: Event) -> None:
        super()._put(item)
        self._weight += _weight(item)

    def _get(self) -> Event:
        item = super()._get()
        self._weight -= _weight(item)
        return item


def _weight(event: Event) -> int:
    all_rows = event.page.rows.values() if event.page else ()
    rows = max(map(len, all_rows), default=0)
    size = sum(len(document) for each in all_rows for document in each.documents)
    return max(1, rows // PAGE_ROWS, size // PAGE_BYTES)


@dataclass(slots=True)
class Reading:
    """A window under way: the ids met so far, those of rejects too, tell whether all that was
    reported was read; `nameless` says that a reject had none. `again`: it is asked for once more
    because it was empty; `kept`: it is empty still, and not believed."""

    window: Window
    rereads: int = 0
    again: bool = False
    kept: bool = False
    nameless: bool = False
    ids: IdSet = field(default_factory=IdSet)

    def take(self, rows: Rows, *, counted: bool) -> None:
        """What a page has of the window's own stream. A record without an id counts as one of its
        value; other rejects of what is read with parents are no records."""
        self.nameless |= any(not reject.id for reject in rows.rejects)
        if not counted:
            return
        self.ids.update(rows.parents or rows.ids)
        self.ids.update(
            r.id or f"{r.column} {r.value}" for r in rows.rejects if not (rows.parents and r.id)
        )


class Readers:
    """Reads windows at the same time. Leaving the context stops them at their next page."""

    def __init__(self, source: Source, concurrency: int) -> None:
        self._source = source
        self._pool = ThreadPoolExecutor(concurrency, thread_name_prefix="read")
        self._queue = Pages(maxsize=QUEUED_PAGES)
        self._stopped = threading.Event()
        self._left = False

    def __enter__(self) -> Readers:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.stop()
        self._pool.shutdown(wait=not self._left, cancel_futures=True)

    def ask(self, question: Callable[[], Answer]) -> Future[Answer]:
        return self._pool.submit(self._answer, question)

    def _answer(self, question: Callable[[], Answer]) -> Answer:
        with understood(f"{self._source.name}: an answer"):
            return question()

    def submit(self, window: Window) -> None:
        self._pool.submit(self._read, window)

    def next(self, seconds: float) -> Event:
        """The next thing that happened; queue.Empty when nothing did for so long."""
        return self._queue.get(timeout=seconds)

    def idle(self) -> bool:
        return self._queue.empty()

    def stop(self) -> None:
        self._stopped.set()

    def leave(self) -> None:
        """Stops them, and waits for none: one may hang in an answer that does not end."""
        self._left = True
        self.stop()

    def _read(self, window: Window) -> None:
        try:
            for page in _pages(self._source, window):
                self._put(Event(window, page=page))
            self._put(Event(window))
        except _Stopped:
            pass
        except BaseException as error:  # noqa: BLE001 - the landing thread raises it
            self._put(Event(window, error=error))

    def _put(self, event: Event) -> None:
        while not self._stopped.is_set():
            try:
                self._queue.put(event, timeout=0.2)
            except Full:
                continue
            return
        raise _Stopped


def _pages(source: Source, window: Window) -> Iterator[Page]:
    """A window's pages. Whatever the vendor sends, what is raised is one of our errors, and what
    comes can be landed."""
    with understood(f"{source.name}: an answer while {window.stream} was read"):
        for page in source.read(window):
            for name, rows in page.rows.items():
                if not _landable(rows):
                    raise TransientError(
                        f"{source.name}: a record of {name} has an id that is no text; "
                        "nothing of its page is stored, and it is asked for again"
                    )
            yield page


def _landable(rows: Rows) -> bool:
    """Whether ids and documents are what `Rows` says; a time that is none is told where it lands."""
    texts = {str} >= {*map(type, rows.ids), *map(type, rows.parents), *map(type, rows.gone)}
    return texts and {bytes} >= {*map(type, rows.documents)} and all(rows.ids)


class _Stopped(Exception):
    """The load has ended; a reading thread has nothing left to do."""
