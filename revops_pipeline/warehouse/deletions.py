"""Which rows are marked as deleted because they are no more, and when that is not believed.

A vendor that has lost half of its answer, or a key that has lost a right, looks like a vendor whose
records were deleted. So what a comparison with the stored ids did not meet is held until all of the
window was read and verified, and is refused if it is most of what is stored.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from revops_pipeline.sources.stream import Rows, TransientError, Window

KNOWN = "known"
"""The bound of a window that names the stored ids with which it compares."""
MOST, SHARE = 20, 0.5  # more rows than this, and more than this part of the stored ones


class Deletions:
    """Of one load. `rows` tells how many rows of a snapshot's stream were there the last time."""

    def __init__(self, source: str, accepted: Collection[str] = ()) -> None:
        self._source, self._accepted = source, accepted
        self._gone: dict[str, set[str]] = {}
        # With its window, or another one could come by the same id.
        self._held: dict[int, tuple[Window, set[str]]] = {}
        self._doubted: dict[int, Window] = {}
        self.rows: dict[str, int] = {}

    def of(self, stream: str) -> list[str]:
        """All that is gone of a stream so far: a page that was read before its record went may
        land after."""
        return sorted(self._gone.get(stream, ()))

    def take(self, window: Window, page: Mapping[str, Rows]) -> None:
        """Takes over what a page says to be gone."""
        for stream, rows in page.items():
            if not rows.gone:
                continue
            if stream == window.stream and KNOWN in window.bounds:
                self._held.setdefault(id(window), (window, set()))[1].update(rows.gone)
            else:
                self._gone.setdefault(stream, set()).update(rows.gone)
            rows.gone = []

    def hold(self, window: Window) -> None:
        """One of the window's records has no id: it might be any of those that were not met."""
        self._doubted[id(window)] = window

    def settle(self, window: Window) -> None:
        """The window was read completely. Raises TransientError if that cannot be believed."""
        _, held = self._held.pop(id(window), (window, set[str]()))
        if held and id(window) not in self._doubted:
            stored = window.bounds[KNOWN]
            self._believe(window.stream, len(held.intersection(stored)), len(stored))
            self._gone.setdefault(window.stream, set()).update(held)

    def empties(self, window: Window, snapshot: bool, rows: int) -> bool:
        """Whether all that is stored of a table was not met, and nobody was asked for it by its id;
        `rows` are those of a snapshot. More than a few are never believed to be gone: see below."""
        if snapshot:
            stored = self.rows.get(window.stream, 0)
            return not rows and 0 < stored <= MOST
        known = set(window.bounds.get(KNOWN) or ())
        _, held = self._held.get(id(window), (window, set[str]()))
        return bool(known) and len(known) <= MOST and known <= held

    def forget(self, window: Window) -> None:
        """The window is read again, or in parts."""
        self._held.pop(id(window), None)

    def replace(self, stream: str, rows: int) -> None:
        """The same for a stream that is stored as it was read. Raises TransientError."""
        stored = self.rows.get(stream, 0)
        self._believe(stream, stored - rows, stored)

    def _believe(self, stream: str, gone: int, stored: int) -> None:
        if stream not in self._accepted and gone > MOST and gone > SHARE * stored:
            raise TransientError(
                f"{self._source}: {gone:,} of the {stored:,} stored {stream} were not there when all "
                "of them were read. So many are not marked as deleted: check what the credentials "
                "may read and what the system shows; if they are gone indeed, `revops state reset "
                f"{self._source} {stream}`, or deletions: {{{stream}: accept}} under the source in "
                "config/revops.yml"
            )
