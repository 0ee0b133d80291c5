"""How far a query of Salesforce came, and whether all came that it reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from revops_pipeline.sources.salesforce_rows import Record, record_id, record_stamp
from revops_pipeline.sources.salesforce_soql import Position, instant


@dataclass(slots=True)
class Scan:
    """A window under way: where it goes on, and what was counted against what was reported.

    `total` and `distinct` are of the query that is under way, `passed` those of its records that are
    not behind the position. `owed` is what the query before, which was broken off, reported and did
    not give up to there: so many at least must come now."""

    since: datetime | None
    started: datetime
    position: Position | None
    total: int = 0
    distinct: int = 0
    passed: int = 0
    owed: int = 0
    last_ids: set[str] = field(default_factory=set)

    @property
    def complete(self) -> bool:
        return self.distinct >= max(self.total, self.owed)

    def begin(self) -> None:
        """A query is asked, or asked anew from the position."""
        self.owed = max(self.total, self.owed) - self.passed
        self.total = self.distinct = self.passed = 0
        self.last_ids = set()

    def count(self, records: Sequence[Record], name: str) -> None:
        """Notes a page of an object's records. A record that was changed while the query ran comes
        in its old place with its new stamp: it moves nothing, or what lies between would be passed
        over."""
        # As text, to the second and in UTC as all of them are: reading thousands of times takes long.
        started = self.started.strftime("%Y-%m-%dT%H:%M:%S")
        stamps = {record_id(r, name): record_stamp(r, name) for r in records}
        unmoved = [id_ for id_, stamp in stamps.items() if stamp[:19] < started]
        self.distinct += len(stamps.keys() - self.last_ids)
        self.passed += len(set(unmoved) - self.last_ids)
        self.last_ids = set(stamps) or self.last_ids
        if unmoved:
            self.position = Position(instant(stamps[unmoved[-1]]), unmoved[-1])
