"""What a vendor does not let be read, of one load: told, noted, and left as it is.

A refusal stands in the stream's state from the first run that met it until the stream is read again
or switched off; `ops.refused_objects` shows it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping

from revops_pipeline.redaction import redacted
from revops_pipeline.sources.stream import ObjectRefused, State

REFUSED = "refused"
"""The key of a stream's state: the `reason`, and the epoch second `since` when it is so."""
_REASON_LENGTH = 1_000


class Refusals:
    """By stream. Those that were noted before are `known`."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.known: dict[str, State] = {}
        self.met: dict[str, str] = {}

    def plan(self, stream: str, state: State) -> None:
        """Before a stream is read: what its state tells."""
        if before := state.get(REFUSED):
            self.known[stream] = before

    def meet(self, stream: str, error: ObjectRefused, dependents: Iterable[str]) -> None:
        """A stream is refused, and with it those that cannot be read without it."""
        self.met.setdefault(stream, str(error))
        for name in dependents:
            self.met.setdefault(name, f"is read with {stream}, and that is refused: {error}")

    def patches(self, read: Mapping[str, bool]) -> dict[str, State]:
        """What changes in the streams' states. `read` tells of each stream whether all of it was
        read, or it is switched off: then what was noted is over."""
        found: dict[str, State] = {}
        for name, reason in self.met.items():
            since = self.known.get(name, {}).get("since", int(time.time()))
            noted = {"reason": redacted(reason)[:_REASON_LENGTH], "since": since}
            if noted != self.known.get(name):
                found[name] = {REFUSED: noted}
        for name in self.known.keys() - self.met.keys():
            if read.get(name):
                found[name] = {REFUSED: None}
        return found

    def error(self) -> ObjectRefused:
        """All of them in one, each once."""
        reasons = dict.fromkeys(r for r in self.met.values() if not r.startswith("is read with"))
        return ObjectRefused(
            f"{self._source}: {', '.join(sorted(self.met))} may not be read; what is stored of it "
            f"stays, all else was read. {'; '.join(reasons) or '; '.join(self.met.values())}"
        )
