"""What was not empty and answers empty: believed when the vendor says it twice, an hour apart.

An answer that holds nothing looks like a table that was emptied, and like a vendor that has lost it
for a moment. So a parent of children that comes without any, or a table without rows, is asked again
once; what is empty still is kept with a warning, and its time noted in the stream's state. A second
empty answer, at least an hour later, is believed. A vendor's own word that there are none
(`Rows.empty`) is believed at once, and so is all of a stream that the settings accept.

A parent is told here as its children's ids begin: up to their last colon.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from revops_pipeline.sources.stream import Rows, Source, State, Window

EMPTIED = "emptied"
"""In a stream's state: when a parent, or the table (""), was first met empty, in epoch seconds."""
TABLE = ""
BELIEVED_SECONDS = 3600
MOST_NOTED = 10_000


class Emptied:
    """Of one stream, of one load. `kept` is what came empty and was left as it is."""

    def __init__(self, state: State, *, accepted: bool, now: float | None = None) -> None:
        self._now = int(time.time() if now is None else now)
        # A clock that was once fast must not keep them for ever.
        noted: dict[str, int] = state.get(EMPTIED) or {}
        self._noted = {i: min(first, self._now) for i, first in noted.items()}
        self._believed = {
            i for i, first in self._noted.items() if self._now - first >= BELIEVED_SECONDS
        }
        self.accepted = accepted
        self.kept: set[str] = set()
        self._told: set[str] = set()
        self._stored = noted

    @property
    def table_is_believed(self) -> bool:
        return self.accepted or TABLE in self._believed

    def take(self, rows: Rows) -> None:
        """A page's children: what may be empty of its parents is said."""
        if self.accepted:
            rows.empty = list(rows.parents)
            return
        if self._noted:
            named = set(rows.parents)
            self._told.update(i for i in self._noted if _parent(i) in named)
            rows.empty += [i for i in self._believed if _parent(i) in named]

    def parents(self) -> list[str]:
        return sorted({_parent(i) for i in self.kept if i != TABLE})

    def answered(self, table: bool) -> None:
        """The table has rows again, or its emptiness was believed."""
        if table:
            self._told.add(TABLE)

    def patch(self) -> State:
        """What changes in the stream's state."""
        noted = {i: first for i, first in self._noted.items() if i not in self._told - self.kept}
        room = MOST_NOTED - len(noted)
        new = [i for i in sorted(self.kept) if i not in noted][: max(0, room)]
        noted |= dict.fromkeys(new, self._now)
        return {} if noted == self._stored else {EMPTIED: noted or None}


class Emptiness:
    """Of all streams of one load."""

    def __init__(self, accepted: Collection[str]) -> None:
        self._accepted = accepted
        self.of: dict[str, Emptied] = {}
        # By window and stream: digests of the parents that were named, a fraction of their room.
        self._named: dict[tuple[int, str], tuple[Window, set[int]]] = {}
        self._told: dict[int, tuple[Window, set[str]]] = {}

    def plan(self, stream: str, state: State) -> None:
        self.of[stream] = Emptied(state, accepted=stream in self._accepted)

    def take(self, window: Window, stream: str, rows: Rows) -> None:
        """A page's children. A parent that two pages of a window name has the children of both: the
        second page takes none of those away that the first one told."""
        named, parents = self._named.setdefault((id(window), stream), (window, set()))[1], []
        for parent in rows.parents:
            if (key := hash(parent)) not in named:
                named.add(key)
                parents.append(parent)
        rows.parents = parents
        self.of[stream].take(rows)
        if parents:
            self._told.setdefault(id(window), (window, set()))[1].add(stream)

    def done(self, window: Window) -> None:
        """All of a window was read."""
        for key in [key for key in self._named if key[0] == id(window)]:
            del self._named[key]

    def forget(self) -> None:
        """What came empty stays as it is, and is not noted."""
        for emptied in self.of.values():
            emptied.kept.clear()

    def again(self, source: Source, refused: Collection[str]) -> list[Window]:
        """The windows that ask once more for what came empty. What is found empty after that is."""
        found: dict[int, Window] = {}
        for name, emptied in self.of.items():
            if name not in refused and (parents := emptied.parents()):
                told = [window for window, streams in self._told.values() if name in streams]
                found |= {id(w): w for w in source.again(name, parents) or told}
        for emptied in self.of.values():
            emptied.kept -= {i for i in emptied.kept if found and i != TABLE}
        return list(found.values())

    def noted(self, log: Callable[[str], None]) -> dict[str, State]:
        """What changes in the streams' states; says what was kept."""
        for name, emptied in self.of.items():
            if emptied.kept:
                log(f"warning: {warning(name, emptied.kept)}")
        return {name: patch for name, emptied in self.of.items() if (patch := emptied.patch())}


def warning(stream: str, kept: Collection[str]) -> str:
    """What a run says of what it kept."""
    way = (
        f"if it is so indeed, deletions: {{{stream}: accept}} under the source in config/revops.yml"
    )
    if TABLE in kept:
        return (
            f"{stream} came without a row, twice, although rows are stored. They are kept; the same "
            f"answer in an hour or later is believed; {way}"
        )
    some = ", ".join(sorted({_parent(i) for i in kept})[:3])
    return (
        f"{stream}: {len(kept):,} of those that had any came with none, twice (such as {some}). What "
        f"is stored is kept; the same answer in an hour or later is believed; {way}"
    )


def _parent(group: str) -> str:
    return group.partition(":")[0]
