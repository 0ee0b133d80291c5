"""How far a query of Salesforce came, and whether all came that it reported."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from revops_pipeline.sources.salesforce_rows import Record
from revops_pipeline.sources.salesforce_soql import Position, instant, to_18

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)$")


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

    def count(self, records: Sequence[Record]) -> None:
        """Notes a page of an object's records. One without an id counts as read; one without a time moves
        nothing. A record that was changed while the query ran comes
        in its old place with its new stamp: it moves nothing, or what lies between would be passed
        over."""
        # As text, to the second and in UTC as all of them are: reading thousands of times takes long.
        started = self.started.strftime("%Y-%m-%dT%H:%M:%S")
        stamps = {to_18(str(r["Id"])): str(r.get("SystemModstamp")) for r in records if r.get("Id")}
        nameless = sum(not r.get("Id") for r in records)
        unmoved = [
            id_ for id_, stamp in stamps.items() if _STAMP.match(stamp) and stamp[:19] < started
        ]
        self.distinct += len(stamps.keys() - self.last_ids) + nameless
        self.passed += len(set(unmoved) - self.last_ids) + nameless
        self.last_ids = set(stamps) or self.last_ids
        if unmoved:
            self.position = Position(instant(stamps[unmoved[-1]]), unmoved[-1])
