"""Sources that break on purpose, around a real one."""

from __future__ import annotations

from collections.abc import Iterator

from revops_pipeline.sources.stream import (
    Identity,
    Known,
    Page,
    Source,
    State,
    TransientError,
    Window,
)


class Around(Source):
    """Another source as it is. `planned` are its windows, with what each would settle."""

    def __init__(self, inner: Source) -> None:
        self._inner, self.name, self.streams = inner, inner.name, inner.streams
        self.planned: list[tuple[str, State]] = []

    def identity(self) -> Identity:
        return self._inner.identity()

    def plan(self, stream: str, state: State, known: Known) -> list[Window]:
        windows = self._inner.plan(stream, state, known)
        self.planned += [(stream, dict(window.settled)) for window in windows]
        return windows

    def read(self, window: Window) -> Iterator[Page]:
        return self._inner.read(window)

    def verify(self, window: Window, distinct: int) -> bool:
        return self._inner.verify(window, distinct)

    def split(self, window: Window) -> list[Window]:
        return self._inner.split(window)

    def progress(self) -> str:
        return self._inner.progress()

    def close(self) -> None:
        self._inner.close()


class BreakingOff(Around):
    """Ends every window after its first page with an error that may pass."""

    def read(self, window: Window) -> Iterator[Page]:
        for page in self._inner.read(window):
            yield page
            break
        raise TransientError("broken off")


class Losing(Around):
    """Loses a row of every window that reports how many it has, the first time it is read."""

    def __init__(self, inner: Source) -> None:
        super().__init__(inner)
        self.lost = 0
        self._read: set[int] = set()

    def read(self, window: Window) -> Iterator[Page]:
        for page in self._inner.read(window):
            rows = page.rows.get(window.stream)
            if window.reported and rows and rows.ids and id(window) not in self._read:
                self._read.add(id(window))
                for column in (rows.ids, rows.documents, rows.updated, rows.deleted, rows.parents):
                    del column[-1:]
                self.lost += 1
            yield page
