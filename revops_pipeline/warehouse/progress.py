"""How far a long load is, told now and then."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from revops_pipeline.sources.stream import Source
from revops_pipeline.warehouse.base import LogEntry

LOG_SECONDS = 10.0


class Progress:
    """Of one load, from now on."""

    def __init__(self, source: Source, log: Callable[[str], None]) -> None:
        self._source, self._log = source, log
        self._started = self._said = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def say(self, entries: Collection[LogEntry]) -> None:
        now = time.monotonic()
        if now - self._said < LOG_SECONDS:
            return
        self._said = now
        read, pages = sum(e.read for e in entries), sum(e.pages for e in entries)
        self._log(
            f"{self._source.name}: {read:,} records on {pages:,} pages in {self.seconds:.0f} s "
            f"({read / self.seconds:,.0f} a second); {self._source.progress()}"
        )
